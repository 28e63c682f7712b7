import { describeErrorCode, type ErrorCode } from '../wasi/http/error-code.js'
import type { AnswerChannel, BodySource, IncomingCall, IncomingHead } from '../wasi/http/incoming-call.js'
import { promisedLength } from '../wasi/http/outgoing-body.js'
import { ArrivingBytes } from './arriving-bytes.js'
import { bodyWindow, progressStep } from './flow.js'
import type { Mailbox } from './mailbox.js'
import { joinLines, splitLines, toChunk } from './message-parts.js'
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

class RequestBody extends ArrivingBytes implements BodySource {
  rawTrailers: readonly string[] = []

  constructor(call: number, hasBody: boolean, mailbox: Mailbox) {
    super(hasBody, (bytes) => {
      mailbox.outgoing.onConsumed(call, bytes)
      mailbox.flush()
    })
  }

  end(rawTrailers: readonly string[]): void {
    if (this.finish()) this.rawTrailers = rawTrailers
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
