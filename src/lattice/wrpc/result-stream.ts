import { copyOf } from './byte-pile.js'

/** Where the bytes of one asynchronous result go. */
export interface ResultReader {
  /** Returns false where it can take no more until it says so. */
  onData(path: string, bytes: Uint8Array): boolean
  /** Everything was delivered. */
  onDelivered(path: string): void
}

/** One asynchronous result on its way to a reader who may be slow. */
export class ResultStream {
  readonly #path: string
  readonly #reader: ResultReader
  #waiting: Uint8Array[] = []
  #isPaused = false
  #isEnded = false

  constructor(path: string, reader: ResultReader) {
    this.#path = path
    this.#reader = reader
  }

  /** Takes a message, an empty one as the end. Returns how many bytes of it have to wait. */
  take(payload: Uint8Array): number {
    if (this.#isEnded) return 0
    if (payload.length === 0) {
      this.#isEnded = true
      if (!this.#isPaused) this.#reader.onDelivered(this.#path)
      return 0
    }
    if (this.#isPaused) return this.#waiting.push(copyOf(payload)) && payload.length
    this.#deliver(copyOf(payload))
    return 0
  }

  /** The reader can take more. Returns how many bytes that waited it was given. */
  resume(): number {
    if (!this.#isPaused) return 0
    this.#isPaused = false
    let given = 0
    while (!this.#isPaused) {
      const bytes = this.#waiting.shift()
      if (bytes === undefined) break
      given += bytes.length
      this.#deliver(bytes)
    }
    if (!this.#isPaused && this.#isEnded) this.#reader.onDelivered(this.#path)
    return given
  }

  /** Nobody reads any more. */
  drop(): void {
    this.#waiting = []
    this.#isPaused = true
    this.#isEnded = true
  }

  #deliver(bytes: Uint8Array): void {
    if (!this.#reader.onData(this.#path, bytes)) this.#isPaused = true
  }
}
