import { describeErrorCode, type ErrorCode } from '../wasi/http/error-code.js'
import type { AnswerChannel, BodySource, IncomingCall, IncomingHead } from '../wasi/http/incoming-call.js'
import { promisedLength } from '../wasi/http/outgoing-body.js'
import { bodyWindow, progressStep } from './flow.js'
import type { Mailbox } from './mailbox.js'
import { fromChunk, joinLines, splitLines, toChunk, type Chunk } from './messages.js'
import { Word } from './shared-words.js'
import type { CallFailure } from '../../http-exchange.js'

/** What a call is made of. */
export interface GuestCallOptions {
  readonly number: number
  readonly slot: number
  readonly hasBody: boolean
  /** As in ThreadReceiver.onCall. */
  readonly head: string
}

/** A call as the guest thread has it: its request as it arrives, and the way of its answer. */
export class GuestCall implements IncomingCall {
  readonly number: number
  readonly slot: number
  readonly body: RequestBody
  readonly answer: Answer
  /** Set when the call has to end: the next wait throws. */
  abortion: CallFailure | undefined
  readonly #headText: string
  #head: IncomingHead | undefined

  constructor({ number, slot, hasBody, head }: GuestCallOptions, mailbox: Mailbox, words: Int32Array) {
    this.number = number
    this.slot = slot
    this.#headText = head
    this.body = new RequestBody(number, hasBody, mailbox)
    this.answer = new Answer({ call: number, slot, isBodiless: head.startsWith('HEAD\n') }, mailbox, words)
  }

  get head(): IncomingHead {
    this.#head ??= parseHead(this.#headText)
    return this.#head
  }

  /** The caller is gone. */
  cancel(): void {
    this.body.fail()
    this.answer.close()
  }
}

class RequestBody implements BodySource {
  rawTrailers: readonly string[] = []
  readonly #call: number
  readonly #mailbox: Mailbox
  #arrival: 'coming' | 'ended' | 'failed'
  #chunks: Chunk[] = []
  /** The first chunk, decoded and as far as it is left. */
  #front: Uint8Array | undefined
  #isDiscarded = false
  #untold = 0

  constructor(call: number, hasBody: boolean, mailbox: Mailbox) {
    this.#call = call
    this.#mailbox = mailbox
    this.#arrival = hasBody ? 'coming' : 'ended'
  }

  get hasBytes(): boolean {
    return this.#front !== undefined || this.#chunks.length > 0
  }

  get state(): 'open' | 'ended' | 'failed' {
    if (this.#arrival === 'failed') return 'failed'
    return this.#arrival === 'coming' || this.hasBytes ? 'open' : 'ended'
  }

  take(max: number): Uint8Array | undefined {
    const front = this.#front ?? this.#nextChunk()
    if (front === undefined) return undefined
    if (front.length <= max) {
      this.#front = undefined
      this.#consume(front.length)
      return front
    }
    this.#front = front.subarray(max)
    this.#consume(max)
    return front.subarray(0, max)
  }

  discard(): void {
    if (this.#isDiscarded) return
    this.#isDiscarded = true
    let bytes = this.#front?.length ?? 0
    for (const chunk of this.#chunks) bytes += chunk.length
    this.#front = undefined
    this.#chunks = []
    if (bytes > 0) this.#consume(bytes)
  }

  receive(chunk: Chunk): void {
    if (this.#isDiscarded) this.#consume(chunk.length)
    else if (this.#arrival === 'coming' && chunk.length > 0) this.#chunks.push(chunk)
  }

  end(rawTrailers: readonly string[]): void {
    if (this.#arrival !== 'coming') return
    this.#arrival = 'ended'
    this.rawTrailers = rawTrailers
  }

  fail(): void {
    if (this.#arrival === 'coming') this.#arrival = 'failed'
  }

  #nextChunk(): Uint8Array | undefined {
    const chunk = this.#chunks.shift()
    return chunk === undefined ? undefined : fromChunk(chunk)
  }

  #consume(bytes: number): void {
    this.#untold += bytes
    if (this.#untold < progressStep) return
    this.#mailbox.outgoing.onConsumed(this.#call, this.#untold)
    this.#untold = 0
    this.#mailbox.flush()
  }
}

interface AnswerOptions {
  readonly call: number
  readonly slot: number
  readonly isBodiless: boolean
}

class Answer implements AnswerChannel {
  readonly isBodiless: boolean
  readonly #call: number
  readonly #slot: number
  readonly #mailbox: Mailbox
  readonly #words: Int32Array
  #state: 'unset' | 'started' | 'complete' | 'failed' | 'closed' = 'unset'
  #rawHeaders: readonly string[] = []
  /** Bytes of body that were sent, modulo 2^32. */
  #sent = 0

  constructor({ call, slot, isBodiless }: AnswerOptions, mailbox: Mailbox, words: Int32Array) {
    this.isBodiless = isBodiless
    this.#call = call
    this.#slot = slot
    this.#mailbox = mailbox
    this.#words = words
  }

  get isClosed(): boolean {
    return this.#state === 'complete' || this.#state === 'failed' || this.#state === 'closed'
  }

  /** Whether the call ended, as far as it has, without a complete answer. */
  get hasFailed(): boolean {
    return this.#state === 'failed'
  }

  start(status: number, rawHeaders: readonly string[]): void {
    if (this.#state !== 'unset') return
    this.#state = 'started'
    this.#rawHeaders = rawHeaders
    this.#mailbox.outgoing.onHead(this.#call, status, joinLines(rawHeaders))
    this.#mailbox.flushSoon()
  }

  refuse(code: ErrorCode): void {
    this.fail({ kind: 'error-code', message: `The component answered with ${describeErrorCode(code)}` })
  }

  room(): number {
    const onTheWay = (this.#sent - Atomics.load(this.#words, Word.taken + this.#slot)) | 0
    return onTheWay > bodyWindow - 4096 ? 0 : Math.min(bodyWindow - onTheWay, progressStep)
  }

  write(bytes: Uint8Array): void {
    if (this.#state !== 'started' || this.isBodiless) return
    this.#sent = (this.#sent + bytes.length) | 0
    this.#mailbox.outgoing.onChunk(this.#call, toChunk(bytes))
  }

  flush(): void {
    if (this.#state === 'started') this.#mailbox.flushSoon()
  }

  end(rawTrailers: readonly string[]): void {
    if (this.#state !== 'started') return
    this.#state = 'complete'
    this.#mailbox.outgoing.onEnd(this.#call, joinLines(rawTrailers))
    this.#mailbox.flush()
  }

  breakOff(reason: string): void {
    if (this.#state === 'started') this.fail({ kind: 'no-answer', message: reason })
  }

  /** The call ended without a complete answer; after a complete one it is told for the log alone. */
  fail(failure: CallFailure, stack = ''): void {
    if (this.#state !== 'complete') this.#state = 'failed'
    this.#mailbox.outgoing.onFailure(this.#call, failure, stack)
    this.#mailbox.flush()
  }

  /** The caller is gone: nothing is sent any more. */
  close(): void {
    if (!this.isClosed) this.#state = 'closed'
  }

  /**
   * The guest has returned. A body that it has neither finished nor dropped ends here, as in wasmtime (JavaScript guests
   * rely on it when they throw), unless its content-length promises more. `remark` is added where there is no answer.
   */
  finish(remark: string): void {
    if (this.#state === 'unset') {
      this.fail({ kind: 'no-answer', message: `The handler returned without setting a response${remark}` })
    } else if (this.#state === 'started') {
      if (this.isBodiless || (promisedLength(this.#rawHeaders) ?? this.#sent) === this.#sent) this.end([])
      else
        this.fail({
          kind: 'no-answer',
          message: 'The handler returned before it had finished the response body',
        })
    }
  }
}

function parseHead(text: string): IncomingHead {
  const [method = 'GET', scheme = 'http', authority = '', path = '/', ...rawHeaders] = splitLines(text)
  return { method, scheme, authority, path, rawHeaders }
}
