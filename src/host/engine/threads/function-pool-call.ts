import type { CallFailure } from '../../http-exchange.js'
import type { RpcAnswerSink, RpcCall, RpcRequest } from '../../rpc-exchange.js'
import { fromChunk, toChunk, type Chunk } from './message-parts.js'
import { PooledCall } from './pooled-call.js'
import type { ThreadBatch } from './to-thread.js'

/** A call of an exported function as the main thread has it. */
export class FunctionPoolCall extends PooledCall implements RpcCall {
  readonly isUrgent = true
  readonly request: RpcRequest
  readonly #params: Chunk
  readonly #sink: RpcAnswerSink
  readonly #onCancel: (call: PooledCall) => void
  #isOver = false

  constructor(
    request: RpcRequest,
    { sink, onCancel }: { readonly sink: RpcAnswerSink; readonly onCancel: (call: PooledCall) => void },
  ) {
    super(request.deadlineAt)
    this.request = request
    this.#params = toChunk(request.params)
    this.#sink = sink
    this.#onCancel = onCancel
  }

  override get isOver(): boolean {
    return this.#isOver
  }

  override get isAnswered(): boolean {
    return this.#isOver
  }

  override announce(outgoing: ThreadBatch): void {
    // Copied with the message, not given away: a call that is withdrawn goes to another thread.
    outgoing.onFunctionCall(this.number, this.slot, this.request, this.#params)
  }

  override assign(): void {
    // Everything was announced.
  }

  answer(results: Chunk): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#sink.onResult(fromChunk(results))
    this.#sink.onEnd()
  }

  override fail(failure: CallFailure): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#sink.onFailure(failure)
  }

  cancel(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#onCancel(this)
  }

  write(): boolean {
    return true
  }

  end(): void {
    // No exported function has asynchronous parameters.
  }

  resume(): void {
    // No exported function has asynchronous results.
  }
}
