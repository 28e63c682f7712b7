import type { CallFailure, HttpAnswerSink, HttpCall, HttpRequestHead } from '../../http-exchange.js'
import { bodyWindow, progressStep } from './flow.js'
import { fromChunk, joinLines, maxTextChunk, splitLines, type Chunk } from './message-parts.js'
import { PooledCall, type CallCarrier } from './pooled-call.js'
import type { ThreadBatch } from './to-thread.js'

/** Where the call is: waiting in the pool or with a thread (`assigned`), then its answer is complete, and it is over. */
type State = 'waiting' | 'assigned' | 'over'

/** A body that the guest goes on reading after its answer is cut off once this much lies unread. */
const maxUnreadAfterAnswer = 4 * bodyWindow

/** A request as the main thread has it: between the caller's sink and the guest thread that it was given to. */
export class HttpPoolCall extends PooledCall implements HttpCall {
  readonly isUrgent = false
  readonly #head: string
  readonly #hasBody: boolean
  readonly #sink: HttpAnswerSink
  readonly #onCancel: (call: PooledCall) => void
  #state: State = 'waiting'
  #carrier: CallCarrier | undefined
  /** What was sent of the body before the thread was seen to have claimed the call: it may have to go elsewhere. */
  #kept: Chunk[] = []
  #trailers: string | undefined
  #unread = 0
  #isFull = false
  /** Parts of the answer that wait for the client. */
  #backlog: Chunk[] = []
  #isPaused = false
  #ending: { readonly failure: CallFailure | undefined; readonly trailers: string } | undefined
  #untoldTaken = 0

  constructor(
    head: HttpRequestHead,
    hasBody: boolean,
    { sink, onCancel }: { readonly sink: HttpAnswerSink; readonly onCancel: (call: PooledCall) => void },
  ) {
    super()
    const { method, scheme, authority, path, rawHeaders } = head
    this.#head = joinLines([method, scheme, authority, path, ...rawHeaders])
    this.#hasBody = hasBody
    this.#sink = sink
    this.#onCancel = onCancel
  }

  override get isOver(): boolean {
    return this.#state === 'over'
  }

  override get isAnswered(): boolean {
    return this.#state === 'over' || this.#ending !== undefined
  }

  override announce(outgoing: ThreadBatch): void {
    outgoing.onCall(this.number, this.slot, this.#hasBody, this.#head)
  }

  /** Sends what has come of the body. */
  override assign(carrier: CallCarrier): void {
    this.#state = 'assigned'
    this.#carrier = carrier
    for (const chunk of this.#kept) carrier.sendChunk(this, chunk, false)
    if (this.#trailers !== undefined) carrier.sendEnd(this, this.#trailers)
  }

  override withdraw(): void {
    super.withdraw()
    this.#state = 'waiting'
    this.#carrier = undefined
  }

  write(chunk: Uint8Array): boolean {
    if (this.#isBodyUnwanted()) return true
    const own = copyChunk(chunk)
    this.#unread += own.length
    if (this.#carrier === undefined) this.#kept.push(own)
    else this.#send(this.#carrier, own)
    this.#isFull = this.#unread >= bodyWindow && !this.isAnswered
    return !this.#isFull
  }

  end(rawTrailers: readonly string[] = []): void {
    if (this.#trailers !== undefined) return
    this.#trailers = joinLines(rawTrailers)
    this.#carrier?.sendEnd(this, this.#trailers)
  }

  resume(): void {
    this.#isPaused = false
    while (!this.#isPaused && this.#backlog.length > 0) {
      const chunk = this.#backlog.shift()
      if (chunk !== undefined) this.#handOver(chunk)
    }
    this.#endIfDue()
  }

  cancel(): void {
    if (this.#state === 'over') return
    this.#state = 'over'
    this.#backlog = []
    this.#onCancel(this)
  }

  /** The guest has read so much of the body. */
  addRead(bytes: number): void {
    this.#unread -= bytes
    if (this.#isFull && this.#unread <= bodyWindow / 2) this.#drain()
  }

  answerHead(status: number, headers: string): void {
    if (this.#state !== 'over') this.#sink.onHead(status, splitLines(headers))
  }

  answerChunk(chunk: Chunk): void {
    if (this.#state === 'over') return
    if (this.#isPaused) this.#backlog.push(chunk)
    else this.#handOver(chunk)
  }

  answerEnd(trailers: string): void {
    this.#end(undefined, trailers)
  }

  override fail(failure: CallFailure): void {
    this.#end(failure, '')
  }

  #end(failure: CallFailure | undefined, trailers: string): void {
    if (this.isAnswered) return
    if (this.#isFull) this.#drain()
    this.#ending = { failure, trailers }
    this.#endIfDue()
  }

  #endIfDue(): void {
    if (this.#ending === undefined || this.#backlog.length > 0 || this.#state === 'over') return
    this.#state = 'over'
    const { failure, trailers } = this.#ending
    if (failure === undefined) this.#sink.onEnd(splitLines(trailers))
    else this.#sink.onFailure(failure)
  }

  #handOver(chunk: Chunk): void {
    if (!this.#sink.onChunk(fromChunk(chunk))) this.#isPaused = true
    this.#untoldTaken += chunk.length
    if (this.#untoldTaken < progressStep || this.#ending !== undefined) return
    this.#carrier?.addTaken(this, this.#untoldTaken)
    this.#untoldTaken = 0
  }

  #drain(): void {
    this.#isFull = false
    if (this.#state !== 'over') this.#sink.onDrain()
  }

  #isBodyUnwanted(): boolean {
    if (this.#trailers !== undefined || this.cancelledAt !== undefined) return true
    if (!this.isAnswered) return false
    if (this.#carrier === undefined || this.#carrier.hasReturned(this)) return true
    if (this.#unread <= maxUnreadAfterAnswer) return false
    this.#onCancel(this)
    return true
  }

  #send(carrier: CallCarrier, chunk: Chunk): void {
    const isClaimed = this.isAnswered || carrier.isClaimed(this)
    if (isClaimed) this.#kept = []
    else this.#kept.push(chunk)
    carrier.sendChunk(this, chunk, isClaimed)
  }
}

/** A piece of its own: the caller's may be part of a larger buffer that others still read. */
function copyChunk(chunk: Uint8Array): Chunk {
  if (chunk.length > maxTextChunk) return new Uint8Array(chunk)
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1')
}
