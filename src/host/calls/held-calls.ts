import type { HttpAnswerSink, HttpCall } from '../http-exchange.js'
import type { RpcAnswerSink, RpcCall } from '../rpc-exchange.js'

/** A call that begins later: keeps what its caller does until then, in order. Each write before that is one too many. */
class HeldCall<Call extends { cancel(): void }> {
  #call: Call | undefined
  #isCancelled = false
  readonly #steps: ((call: Call) => void)[] = []

  constructor(begin: Promise<() => Call>) {
    void begin.then((invoke) => {
      if (this.#isCancelled) return
      const call = invoke()
      this.#call = call
      for (const step of this.#steps.splice(0)) step(call)
    })
  }

  /** What goes on with the call, once it has begun. */
  get begun(): Call | undefined {
    return this.#call
  }

  do(step: (call: Call) => void): void {
    if (this.#call) step(this.#call)
    else if (!this.#isCancelled) this.#steps.push(step)
  }

  cancel(): void {
    this.#isCancelled = true
    this.#steps.length = 0
    this.#call?.cancel()
  }
}

/** A call that begins once `begin` has resolved with what starts it; that must not reject. */
export function holdCall(begin: Promise<() => RpcCall>, sink: RpcAnswerSink): RpcCall {
  const held = new HeldCall(begin)
  return {
    write(path, bytes) {
      if (held.begun) return held.begun.write(path, bytes)
      held.do((call) => call.write(path, bytes) && sink.onDrain(path))
      return false
    },
    end: (path) => held.do((call) => call.end(path)),
    resume: (path) => held.do((call) => call.resume(path)),
    cancel: () => held.cancel(),
  }
}

/** The same for a request. */
export function holdRequest(begin: Promise<() => HttpCall>, sink: HttpAnswerSink): HttpCall {
  const held = new HeldCall(begin)
  return {
    write(chunk) {
      if (held.begun) return held.begun.write(chunk)
      held.do((call) => call.write(chunk) && sink.onDrain())
      return false
    },
    end: (trailers) => held.do((call) => call.end(trailers)),
    resume: () => held.do((call) => call.resume()),
    cancel: () => held.cancel(),
  }
}
