import type { CallFailure } from '../../host/http-exchange.js'
import type { RpcAnswerSink, RpcRequest, RpcTarget } from '../../host/rpc-exchange.js'

/** Calls a function without streams and resolves with the bytes of its result, or with the failure; never rejects. */
export function invokeWhole(target: RpcTarget, request: RpcRequest): Promise<Uint8Array | CallFailure> {
  return new Promise((resolve) => void target.invoke(request, new WholeAnswer(resolve)))
}

/** Takes the answer of a call without streams. */
class WholeAnswer implements RpcAnswerSink {
  readonly #resolve: (answer: Uint8Array | CallFailure) => void
  #results = new Uint8Array()

  constructor(resolve: (answer: Uint8Array | CallFailure) => void) {
    this.#resolve = resolve
  }

  onResult(results: Uint8Array): void {
    // A copy: it may be a view of something that is used again.
    this.#results = new Uint8Array(results)
  }

  onData(): boolean {
    return true
  }

  onDataEnd(): void {
    // There are no streams.
  }

  onDrain(): void {
    // There are no streams.
  }

  onEnd(): void {
    this.#resolve(this.#results)
  }

  onFailure(failure: CallFailure): void {
    this.#resolve(failure)
  }
}
