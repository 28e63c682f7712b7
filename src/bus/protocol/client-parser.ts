import type { ClientOperations } from './client-operations.js'
import { readLatin1 } from './latin1.js'
import { ProtocolError, unknownOperation } from './protocol-error.js'
import type { ProtocolLimits } from './protocol-limits.js'
import type { Publication } from './publication.js'

const TAB = 9
const LF = 10
const CR = 13
const SPACE = 32
const B = 98
const C = 99
const H = 104
const P = 112
const U = 117

/** An operation and up to four arguments; a sixth token is one too many for every operation. */
const MAX_TOKENS = 6

interface MutablePublication extends Publication {
  subject: string
  reply: string | undefined
  headerBytes: number
  bytes: Buffer
  start: number
  end: number
}

/**
 * Parses the bytes of one client, cut anywhere, and calls one method of ClientOperations per operation.
 * Memory is bounded by the limits: at most one control line and one payload are kept between chunks.
 */
export class ClientParser {
  readonly #operations: ClientOperations
  readonly #limits: ProtocolLimits
  readonly #publication: MutablePublication = {
    subject: '',
    reply: undefined,
    headerBytes: 0,
    bytes: Buffer.alloc(0),
    start: 0,
    end: 0,
  }
  /** Start and end of each token of the line that was scanned last. */
  readonly #bounds = new Int32Array(2 * MAX_TOKENS)
  #tokens = 0
  /** An incomplete control line. */
  #line: Buffer | undefined
  /** An incomplete payload with its line end, and how much of it is there. */
  #payload: Buffer | undefined
  #filled = 0
  #stopped = false

  constructor(operations: ClientOperations, limits: ProtocolLimits) {
    this.#operations = operations
    this.#limits = limits
  }

  /** Takes the next bytes. Throws ProtocolError; nothing may be pushed after that. */
  push(chunk: Buffer): void {
    let bytes = chunk
    let position = 0
    if (this.#payload) {
      position = this.#fillPayload(this.#payload, chunk)
    } else if (this.#line) {
      bytes = Buffer.concat([this.#line, chunk])
      this.#line = undefined
    }
    while (position < bytes.length && !this.#stopped) position = this.#parseOperation(bytes, position)
  }

  /** Ends the parsing after the operation that is being reported. */
  stop(): void {
    this.#stopped = true
    this.#line = undefined
    this.#payload = undefined
  }

  /** Returns where the next operation starts. */
  #parseOperation(bytes: Buffer, from: number): number {
    const lineEnd = this.#scanLine(bytes, from)
    const length = (lineEnd < 0 ? bytes.length : lineEnd) - from
    if (length > this.#limits.maxControlLineBytes) this.#checkLongLine(bytes, from, length)
    if (lineEnd < 0) {
      this.#line = bytes.subarray(from)
      return bytes.length
    }
    const next = lineEnd + 1
    if (this.#tokens === 0 || this.#bounds[0] !== from) throw unknownOperation()
    if (this.#isPublish(bytes, from)) return this.#publish(bytes, next, false)
    if (lower(bytes, from) === H && this.#isPublish(bytes, from + 1)) return this.#publish(bytes, next, true)
    this.#control(bytes, from, lineEnd)
    return next
  }

  /** Whether `PUB` stands at `from` and ends the first token; compared by byte, for this is the hot path. */
  #isPublish(bytes: Buffer, from: number): boolean {
    return (
      this.#bounds[1] === from + 3 &&
      lower(bytes, from) === P &&
      lower(bytes, from + 1) === U &&
      lower(bytes, from + 2) === B
    )
  }

  #control(bytes: Buffer, from: number, lineEnd: number): void {
    const op = this.#token(bytes, 0).toLowerCase()
    switch (op) {
      case 'ping':
        return this.#operations.onPing()
      case 'pong':
        return this.#operations.onPong()
      case 'sub':
        return this.#subscribe(bytes)
      case 'unsub':
        return this.#unsubscribe(bytes)
      case 'connect':
        return this.#operations.onConnect(bytes.toString('utf8', from + op.length, lineEnd).trim())
      case 'info':
      case '+ok':
      case '-err':
        return // Legal in this direction, and without meaning for a server.
      default:
        throw unknownOperation()
    }
  }

  #publish(bytes: Buffer, bodyStart: number, withHeaders: boolean): number {
    const sizes = withHeaders ? 2 : 1
    const hasReply = this.#tokens === sizes + 3
    if (this.#tokens !== sizes + 2 && !hasReply) throw unknownOperation()
    const size = this.#number(bytes, this.#tokens - 1)
    const headerBytes = withHeaders ? this.#number(bytes, this.#tokens - 2) : 0
    if (size < 0 || headerBytes < 0 || headerBytes > size) throw unknownOperation()
    if (size > this.#limits.maxPayloadBytes) throw new ProtocolError('Maximum Payload Violation')
    const publication = this.#publication
    publication.subject = this.#token(bytes, 1)
    publication.reply = hasReply ? this.#token(bytes, 2) : undefined
    publication.headerBytes = headerBytes
    const end = bodyStart + size
    if (end + 2 > bytes.length) return this.#keepPayload(bytes, bodyStart, size + 2)
    this.#emit(bytes, bodyStart, end)
    return end + 2
  }

  #keepPayload(bytes: Buffer, from: number, length: number): number {
    this.#payload = Buffer.allocUnsafeSlow(length)
    this.#filled = bytes.copy(this.#payload, 0, from)
    return bytes.length
  }

  #fillPayload(payload: Buffer, chunk: Buffer): number {
    const copied = chunk.copy(payload, this.#filled)
    this.#filled += copied
    if (this.#filled === payload.length) {
      this.#payload = undefined
      this.#emit(payload, 0, payload.length - 2)
    }
    return copied
  }

  #emit(bytes: Buffer, start: number, end: number): void {
    if (bytes[end] !== CR || bytes[end + 1] !== LF) throw unknownOperation()
    const publication = this.#publication
    publication.bytes = bytes
    publication.start = start
    publication.end = end
    this.#operations.onPublish(publication)
  }

  #subscribe(bytes: Buffer): void {
    if (this.#tokens !== 3 && this.#tokens !== 4) throw unknownOperation()
    const queue = this.#tokens === 4 ? this.#token(bytes, 2) : undefined
    this.#operations.onSubscribe(this.#token(bytes, 1), queue, this.#token(bytes, this.#tokens - 1))
  }

  #unsubscribe(bytes: Buffer): void {
    if (this.#tokens !== 2 && this.#tokens !== 3) throw unknownOperation()
    const max = this.#tokens === 3 ? this.#number(bytes, 2) : 0
    this.#operations.onUnsubscribe(this.#token(bytes, 1), max > 0 ? max : undefined)
  }

  #checkLongLine(bytes: Buffer, from: number, length: number): void {
    const lineBytes = bytes[from + length - 1] === CR ? length - 1 : length
    const { maxControlLineBytes, maxConnectBytes } = this.#limits
    if (lineBytes <= (lower(bytes, from) === C ? maxConnectBytes : maxControlLineBytes)) return
    throw new ProtocolError('Maximum Control Line Exceeded')
  }

  /** Notes the tokens of a line and returns the index of its line feed, or -1 where that has not come yet. */
  #scanLine(bytes: Buffer, from: number): number {
    const bounds = this.#bounds
    let tokens = 0
    let start = -1
    this.#tokens = 0
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at]
      if (byte === LF) {
        const end = at > from && bytes[at - 1] === CR ? at - 1 : at
        if (start >= 0 && start < end && tokens < MAX_TOKENS) tokens = note(bounds, tokens, start, end)
        this.#tokens = tokens
        return at
      }
      if (byte === SPACE || byte === TAB) {
        if (start >= 0 && tokens < MAX_TOKENS) tokens = note(bounds, tokens, start, at)
        start = -1
      } else if (start < 0) {
        start = at
      }
    }
    return -1
  }

  #token(bytes: Buffer, index: number): string {
    return readLatin1(bytes, this.#bounds[2 * index] ?? 0, this.#bounds[2 * index + 1] ?? 0)
  }

  /** The number that the token is, or -1 where it is none below a thousand million. */
  #number(bytes: Buffer, index: number): number {
    const start = this.#bounds[2 * index] ?? 0
    const end = this.#bounds[2 * index + 1] ?? 0
    if (start === end || end - start > 9) return -1
    let value = 0
    for (let at = start; at < end; at++) {
      const digit = (bytes[at] ?? 0) - 48
      if (digit < 0 || digit > 9) return -1
      value = value * 10 + digit
    }
    return value
  }
}

/** The byte in lower case, where it is a letter. */
function lower(bytes: Buffer, at: number): number {
  return (bytes[at] ?? 0) | 32
}

function note(bounds: Int32Array, tokens: number, start: number, end: number): number {
  bounds[2 * tokens] = start
  bounds[2 * tokens + 1] = end
  return tokens + 1
}
