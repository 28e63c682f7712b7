import type { CallFailure } from '#washi/host/http-exchange.js'
import type { RpcAnswerSink, RpcCall, RpcRequest, RpcTarget } from '#washi/host/rpc-exchange.js'

/** Bytes of one asynchronous parameter that may wait for their reader. */
const window = 128 * 1024

/** A call as whoever answers it has it: parameters to be read, and an answer to be given, with back-pressure both ways. */
export class ServedCall implements RpcCall {
  readonly request: RpcRequest
  /** Aborted when the caller is gone. */
  readonly signal: AbortSignal
  readonly #sink: RpcAnswerSink
  readonly #abort = new AbortController()
  readonly #arrivals = new Map<string, Arrival>()
  readonly #resumes = new Map<string, Settle>()

  constructor(request: RpcRequest, sink: RpcAnswerSink) {
    this.request = request
    this.signal = this.#abort.signal
    this.#sink = sink
    for (const path of request.asyncParams) {
      this.#arrivals.set(path, new Arrival(() => this.signal.aborted || sink.onDrain(path)))
    }
  }

  /** The bytes of an asynchronous parameter. Throws where the caller goes before their end. */
  param(path: string): AsyncGenerator<Uint8Array> {
    const arrival = this.#arrivals.get(path)
    if (arrival === undefined) throw new Error(`${this.request.function} has no parameter at ${path}`)
    return arrival.read(this.signal)
  }

  result(bytes: Uint8Array): void {
    if (!this.signal.aborted) this.#sink.onResult(bytes)
  }

  /** Sends bytes of an asynchronous result, and waits where the caller is slow. */
  async send(path: string, bytes: Uint8Array): Promise<void> {
    this.signal.throwIfAborted()
    if (this.#sink.onData(path, bytes)) return
    await new Promise<void>((resolve, reject) => this.#resumes.set(path, { resolve, reject }))
  }

  sendEnd(path: string): void {
    if (!this.signal.aborted) this.#sink.onDataEnd(path)
  }

  end(path?: string): void {
    if (path !== undefined) this.#arrivals.get(path)?.end()
    else if (!this.signal.aborted) this.#sink.onEnd()
  }

  fail(failure: CallFailure): void {
    if (!this.signal.aborted) this.#sink.onFailure(failure)
  }

  write(path: string, bytes: Uint8Array): boolean {
    return this.#arrivals.get(path)?.push(bytes) ?? true
  }

  resume(path: string): void {
    const waiting = this.#resumes.get(path)
    this.#resumes.delete(path)
    waiting?.resolve()
  }

  cancel(): void {
    const reason = new Error('the caller is gone')
    this.#abort.abort(reason)
    for (const waiting of this.#resumes.values()) waiting.reject(reason)
    for (const arrival of this.#arrivals.values()) arrival.end()
  }
}

/** A target that answers each call with an asynchronous function; what it throws is the failure of the call. */
export function createTarget(answer: (call: ServedCall) => Promise<void>): RpcTarget {
  return {
    invoke(request, sink) {
      const call = new ServedCall(request, sink)
      // Not before invoke() has returned.
      queueMicrotask(() => {
        answer(call).catch((thrown: unknown) => {
          call.fail({ kind: 'trap', message: thrown instanceof Error ? thrown.message : String(thrown) })
        })
      })
      return call
    },
  }
}

interface Settle {
  resolve(): void
  reject(reason: Error): void
}

class Arrival {
  readonly #onDrain: () => void
  #chunks: Uint8Array[] = []
  #bytes = 0
  #isFull = false
  #isEnded = false
  #wake: () => void = () => undefined

  constructor(onDrain: () => void) {
    this.#onDrain = onDrain
  }

  push(bytes: Uint8Array): boolean {
    this.#chunks.push(bytes)
    this.#bytes += bytes.length
    this.#wake()
    this.#isFull = this.#bytes > window
    return !this.#isFull
  }

  end(): void {
    this.#isEnded = true
    this.#wake()
  }

  async *read(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    for (;;) {
      signal.throwIfAborted()
      const chunk = this.#chunks.shift()
      if (chunk !== undefined) {
        this.#bytes -= chunk.length
        yield chunk
        this.#drain()
      } else if (this.#isEnded) return
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  #drain(): void {
    if (!this.#isFull || this.#bytes > window / 2) return
    this.#isFull = false
    this.#onDrain()
  }
}
