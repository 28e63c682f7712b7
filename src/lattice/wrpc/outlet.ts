import type { LatticeConnection } from '../connection.js'

const nothing = new Uint8Array(0)

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

  /** Accepts a call: tells the caller where to send its parameters. */
  sendAccept(subject: string, reply: string): void {
    this.#send(subject, nothing, reply)
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

  #send(subject: string, payload: Uint8Array, reply?: string): void {
    this.#unsentBytes += payload.length
    try {
      this.#connection.send(subject, payload, reply === undefined ? noOptions : { reply })
    } catch {
      // The connection is closed: see the class.
    }
  }
}

const noOptions = {}
