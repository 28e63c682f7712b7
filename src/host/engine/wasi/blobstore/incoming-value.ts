import { InputStream } from '../io/input-stream.js'
import { throwClosed, throwFailed } from '../io/io-error.js'
import type { ByteStream } from '../linked/byte-stream.js'
import { trapGuest } from '../trap.js'
import type { BlobstoreLink } from './blobstore-link.js'
import type { ObjectId } from './object-id.js'
import { startTransfer, type Transfer } from './transfer.js'

/** Most bytes that are collected at once; larger objects are read as streams. */
const maxSyncBytes = 256 * 1024 * 1024
const readBytes = 256 * 1024

/** What part of which object is read. */
export interface ObjectRange {
  readonly id: ObjectId
  readonly start: bigint
  readonly end: bigint
}

/** `wasi:blobstore/types.incoming-value`: the bytes of an object as they arrive. */
export class IncomingValue {
  readonly #link: BlobstoreLink
  readonly #range: ObjectRange
  readonly #transfer: Transfer
  readonly #bytes: ByteStream
  #isConsumed = false

  private constructor(link: BlobstoreLink, range: ObjectRange, transfer: Transfer) {
    this.#link = link
    this.#range = range
    this.#transfer = transfer
    this.#bytes = transfer.bytes()
  }

  /** Asks for the bytes, and blocks until it is clear whether they come. Throws a text. */
  static open(link: BlobstoreLink, range: ObjectRange): IncomingValue {
    const transfer = startTransfer(link, 'get-container-data', [range.id, range.start, range.end])
    return new IncomingValue(link, range, transfer)
  }

  static incomingValueConsumeSync(value: IncomingValue): Uint8Array {
    const stream = value.#consume()
    const pieces: Uint8Array[] = []
    for (let size = 0; ; ) {
      const piece = stream.next(readBytes)
      if (piece === 'end') return Buffer.concat(pieces)
      size += piece.length
      if (size > maxSyncBytes) {
        stream[Symbol.dispose]()
        throw `the object is larger than ${maxSyncBytes} bytes; read it as a stream`
      }
      pieces.push(piece.slice())
    }
  }

  static incomingValueConsumeAsync(value: IncomingValue): InputStream {
    return value.#consume()
  }

  /** The number of bytes that there are to come, as far as the store tells. */
  size(): bigint {
    try {
      const { size } = this.#link.ask<{ readonly size: bigint }>('get-object-info', [this.#range.id])
      const { start, end } = this.#range
      const last = end < size ? end : size
      return last > start ? last - start : 0n
    } catch (thrown) {
      // The function has no way to fail.
      if (typeof thrown === 'string') trapGuest(`Cannot tell the size of the object: ${thrown}`)
      throw thrown
    }
  }

  [Symbol.dispose](): void {
    if (!this.#isConsumed) this.#transfer.cancel()
  }

  #consume(): ObjectStream {
    this.#isConsumed = true
    return new ObjectStream(this.#link, this.#transfer, this.#bytes)
  }
}

/** The bytes of an object as a stream; ends with an error where the store says that it broke off. */
class ObjectStream extends InputStream {
  readonly #transfer: Transfer
  readonly #bytes: ByteStream

  constructor({ host }: BlobstoreLink, transfer: Transfer, bytes: ByteStream) {
    super(host)
    this.#transfer = transfer
    this.#bytes = bytes
  }

  /** Blocks until there are bytes or they have ended. Throws the text of the store where they broke off. */
  next(max: number): Uint8Array | 'end' {
    for (;;) {
      const bytes = this.#bytes.take(max)
      if (bytes !== undefined) return bytes
      const outcome = this.#outcome()
      if (outcome === 'complete') return 'end'
      if (outcome !== 'pending') throw outcome.error
      this.host.wait(Infinity)
    }
  }

  protected override take(max: number): Uint8Array | undefined {
    if (max === 0) return new Uint8Array(0)
    const bytes = this.#bytes.take(max)
    if (bytes !== undefined) return bytes
    const outcome = this.#outcome()
    if (outcome === 'pending') return undefined
    return outcome === 'complete' ? throwClosed() : throwFailed(outcome.error)
  }

  protected override isReady(): boolean {
    return this.#bytes.hasBytes || this.#outcome() !== 'pending'
  }

  [Symbol.dispose](): void {
    this.#transfer.cancel()
  }

  #outcome(): 'pending' | 'complete' | { readonly error: string } {
    if (this.#bytes.state === 'open') return 'pending'
    if (this.#bytes.state === 'failed') return { error: this.#transfer.brokenOff }
    return this.#transfer.completion
  }
}
