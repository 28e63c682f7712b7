import type { GuestHost } from '../guest-host.js'
import { OutputStream } from '../io/output-stream.js'
import { throwClosed, throwFailed } from '../io/io-error.js'
import { internalError, type ErrorCode } from './error-code.js'
import type { Fields } from './fields.js'
import type { BodyChannel } from './incoming-call.js'

/** What a body takes before its message was sent. */
const maxUnsent = 64 * 1024

/** What a body belongs to. */
export type MessageKind = 'request' | 'response'

/** `wasi:http/types.outgoing-body`: kept until its message is sent (attach), passed on from then. */
export class OutgoingBody {
  readonly #host: GuestHost
  /** Bytes that its content-length header promises. */
  readonly #promised: number | undefined
  readonly #kind: MessageKind
  #channel: BodyChannel | undefined
  #unsent: Uint8Array[] = []
  #unsentBytes = 0
  #written = 0
  #isStreamTaken = false
  #end: readonly string[] | undefined
  #isBroken = false

  constructor(host: GuestHost, kind: MessageKind, headers: Fields) {
    this.#host = host
    this.#kind = kind
    this.#promised = promisedLength(headers.raw)
  }

  write(): OutputStream {
    if (this.#isStreamTaken) throw undefined
    this.#isStreamTaken = true
    return new BodyOutputStream(this.#host, this)
  }

  static finish(body: OutgoingBody, trailers: Fields | undefined): void {
    body.#finish(trailers?.raw ?? [])
  }

  [Symbol.dispose](): void {
    if (this.#end === undefined) this.#breakOff(`The ${this.#kind} body was dropped before it was finished`)
  }

  /** The message of this body is sent: what was written goes out. */
  attach(channel: BodyChannel): void {
    this.#channel = channel
    for (const bytes of this.#unsent) channel.write(bytes)
    this.#unsent = []
    if (this.#isBroken) channel.breakOff(`The ${this.#kind} body was not complete`)
    else if (this.#end !== undefined) channel.end(this.#end)
  }

  /** Its message will not be sent. */
  abandon(): void {
    this.#isBroken = true
    this.#unsent = []
  }

  /** Bytes that put() takes now; throws where the body is over. */
  room(): number {
    if (this.#end !== undefined || this.#isBroken) throwClosed()
    if (this.#channel === undefined) return maxUnsent - this.#unsentBytes
    if (this.#channel.isClosed) throwClosed()
    return this.#channel.room()
  }

  put(bytes: Uint8Array): void {
    this.#written += bytes.length
    if (this.#promised !== undefined && this.#written > this.#promised) {
      this.#breakOff(`The ${this.#kind} body exceeds its content-length of ${this.#promised}`)
      throwFailed(`more than the ${this.#promised} bytes of content-length`, this.#sizeError())
    }
    if (this.#channel !== undefined) return this.#channel.write(bytes)
    this.#unsent.push(bytes)
    this.#unsentBytes += bytes.length
  }

  pushOut(): void {
    this.#channel?.flush()
  }

  #finish(rawTrailers: readonly string[]): void {
    if (this.#isBroken) throw internalError('the body had failed')
    if (!this.#isComplete()) {
      this.#breakOff(
        `The ${this.#kind} body has ${this.#written} bytes, its content-length says ${this.#promised}`,
      )
      throw this.#sizeError()
    }
    this.#end = rawTrailers
    this.#channel?.end(rawTrailers)
  }

  #isComplete(): boolean {
    if (this.#promised === undefined || this.#written === this.#promised) return true
    return this.#written === 0 && (this.#channel?.isBodiless ?? false)
  }

  #sizeError(): ErrorCode {
    return {
      tag: this.#kind === 'request' ? 'HTTP-request-body-size' : 'HTTP-response-body-size',
      val: BigInt(this.#written),
    }
  }

  #breakOff(reason: string): void {
    this.#isBroken = true
    this.#channel?.breakOff(reason)
  }
}

class BodyOutputStream extends OutputStream {
  readonly #body: OutgoingBody

  constructor(host: GuestHost, body: OutgoingBody) {
    super(host)
    this.#body = body
  }

  protected override room(): number {
    return this.#body.room()
  }

  protected override put(bytes: Uint8Array): void {
    this.#body.put(bytes)
  }

  protected override pushOut(): void {
    this.#body.pushOut()
  }
}

/** The value of a content-length header, where there is a sound one. */
export function promisedLength(rawHeaders: readonly string[]): number | undefined {
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const value = rawHeaders[index + 1] ?? ''
    if (rawHeaders[index] === 'content-length') return /^\d{1,15}$/.test(value) ? Number(value) : undefined
  }
  return undefined
}
