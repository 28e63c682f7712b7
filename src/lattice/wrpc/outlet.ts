import type { LatticeConnection } from '../connection.js'

const nothing = new Uint8Array(0)
const noOptions = {}
/** How long a message waits for others that it can go with: a write to the socket costs more than all else in a call. */
const soonMs = 1

/** A message without a payload that can wait for others. */
interface SoonMessage {
  readonly subject: string
  readonly reply: string | undefined
}

/**
 * Where the messages of one party go once a call has begun. Nothing here throws: where the connection is closed, what is
 * sent is lost, and whoever waits for an answer hears of that from the connection.
 */
export class Outlet {
  readonly #connection: LatticeConnection
  readonly #maxUnsentBytes: number
  #unsentBytes = 0
  #waiting: (() => void)[] = []
  #isFlushing = false
  #soon: SoonMessage[] = []
  #isSoonArmed = false

  constructor(connection: LatticeConnection, maxUnsentBytes: number) {
    this.#connection = connection
    this.#maxUnsentBytes = maxUnsentBytes
  }

  /** Sends bytes in as many messages as they need; none where there are no bytes, since an empty message is an end. */
  sendBytes(subject: string, bytes: Uint8Array): void {
    const { maxPayload } = this.#connection
    if (bytes.length > 0 && bytes.length <= maxPayload) return this.#send(subject, bytes)
    for (let at = 0; at < bytes.length; at += maxPayload) {
      this.#send(subject, bytes.subarray(at, at + maxPayload))
    }
  }

  /** Ends the stream of bytes on a subject. */
  sendEnd(subject: string): void {
    this.#send(subject, nothing)
  }

  /** As sendEnd(), where nobody waits for it: with the next message, or within a millisecond. */
  sendEndSoon(subject: string): void {
    this.#sendSoon({ subject, reply: undefined })
  }

  /** Accepts a call: tells the caller where to send its parameters. */
  sendAccept(subject: string, reply: string): void {
    this.#send(subject, nothing, reply)
  }

  /** As sendAccept(), where the caller has nothing more to send: with the next message, or within a millisecond. */
  sendAcceptSoon(subject: string, reply: string): void {
    this.#sendSoon({ subject, reply })
  }

  /** Sends what waits for others. Called before a message that does not go through here. */
  flushSoon(): void {
    if (this.#soon.length === 0) return
    const soon = this.#soon
    this.#soon = []
    for (const { subject, reply } of soon) this.#send(subject, nothing, reply)
  }

  /** Whether so much is on its way to the bus that whoever has more to send should wait for onRoom(). */
  get isFull(): boolean {
    return this.#unsentBytes > this.#maxUnsentBytes
  }

  /** Calls `listener` once, when the bus has read what was sent before. */
  onRoom(listener: () => void): void {
    this.#waiting.push(listener)
    if (this.#isFlushing) return
    this.#isFlushing = true
    const before = this.#unsentBytes
    const onFlushed = (): void => this.#onFlushed(before)
    // A flush fails where the connection is lost: then so is what was on its way.
    this.#connection.flush().then(onFlushed, onFlushed)
  }

  #onFlushed(bytes: number): void {
    this.#isFlushing = false
    this.#unsentBytes -= bytes
    const waiting = this.#waiting
    this.#waiting = []
    for (const listener of waiting) listener()
  }

  #sendSoon(message: SoonMessage): void {
    this.#soon.push(message)
    if (this.#isSoonArmed) return
    this.#isSoonArmed = true
    setTimeout(() => {
      this.#isSoonArmed = false
      this.flushSoon()
    }, soonMs)
  }

  #send(subject: string, payload: Uint8Array, reply?: string): void {
    this.flushSoon()
    this.#unsentBytes += payload.length
    try {
      this.#connection.send(subject, payload, reply === undefined ? noOptions : { reply })
    } catch {
      // The connection is closed: see the class.
    }
  }
}
