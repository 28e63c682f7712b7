import type { GuestHost } from '../guest-host.js'
import { throwClosed, throwFailed } from '../io/io-error.js'
import { OutputStream } from '../io/output-stream.js'
import type { BlobstoreLink } from './blobstore-link.js'
import type { ObjectId } from './object-id.js'
import { startUpload, type Upload } from './upload.js'

/** What a value takes before it is clear where it goes. */
const maxUnsent = 64 * 1024 * 1024

/**
 * `wasi:blobstore/types.outgoing-value`. It is streamed to its object while it is written; what was written before
 * write-data is kept. An object is there once finish has returned, or write-data where the body was complete by then.
 */
export class OutgoingValue {
  readonly #host: GuestHost
  #unsent: Uint8Array[] = []
  #unsentBytes = 0
  #upload: Upload | undefined
  #body: 'untouched' | 'open' | 'closed' = 'untouched'
  #isOver = false

  constructor(host: GuestHost) {
    this.#host = host
  }

  static finish(value: OutgoingValue): void {
    const upload = value.#upload
    value.#isOver = true
    value.#unsent = []
    upload?.end()
    upload?.complete()
  }

  outgoingValueWriteBody(): OutputStream {
    if (this.#body !== 'untouched') throw undefined
    this.#body = 'open'
    return new ValueStream(this.#host, this)
  }

  /** Begins to store it. Throws a text. */
  writeTo(link: BlobstoreLink, id: ObjectId): void {
    if (this.#upload !== undefined) throw 'the value is being written to another object'
    const upload = startUpload(link, id)
    this.#upload = upload
    const unsent = this.#unsent
    this.#unsent = []
    this.#unsentBytes = 0
    for (const bytes of unsent) upload.writeAll(bytes)
    if (this.#body !== 'closed') return
    // Complete already: the guest hears now whether the object was stored, as with hosts that wait for finish.
    upload.end()
    upload.complete()
  }

  /** Bytes that put() takes now; throws a stream error where nothing can be written any more. */
  room(): number {
    if (this.#isOver) throwClosed()
    if (this.#upload === undefined) {
      if (this.#unsentBytes >= maxUnsent) {
        throwFailed(`more than ${maxUnsent} bytes were written before write-data`)
      }
      return Math.min(maxUnsent - this.#unsentBytes, 1024 * 1024)
    }
    if (this.#upload.error !== undefined) throwFailed(this.#upload.error)
    return this.#upload.room()
  }

  put(bytes: Uint8Array): void {
    if (this.#upload !== undefined) return this.#upload.write(bytes)
    this.#unsent.push(bytes)
    this.#unsentBytes += bytes.length
  }

  pushOut(): void {
    this.#upload?.flush()
  }

  /** The guest has dropped the stream. */
  closeBody(): void {
    this.#body = 'closed'
  }

  /** Dropped without finish: an object that is not complete must not look as if it were. */
  [Symbol.dispose](): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#unsent = []
    if (this.#upload === undefined || this.#upload.isComplete) return
    this.#upload.cancel()
    const message = `object "${this.#upload.id.object}" was not stored: its outgoing-value was dropped before finish`
    this.#host.log({ stream: 'logging', level: 'warn', context: 'washi', message })
  }
}

class ValueStream extends OutputStream {
  readonly #value: OutgoingValue

  constructor(host: GuestHost, value: OutgoingValue) {
    super(host)
    this.#value = value
  }

  protected override room(): number {
    return this.#value.room()
  }

  protected override put(bytes: Uint8Array): void {
    this.#value.put(bytes)
  }

  protected override pushOut(): void {
    this.#value.pushOut()
  }

  [Symbol.dispose](): void {
    this.#value.closeBody()
  }
}
