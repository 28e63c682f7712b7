/** The memory that all streams of one store share: messages on disk are held in memory too. */
export class StoreBudget {
  readonly maxBytes: number
  #usedBytes = 0
  #wasFull = false

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes
  }

  get usedBytes(): number {
    return this.#usedBytes
  }

  /** Whether so many more bytes fit. */
  hasRoom(bytes: number): boolean {
    return this.#usedBytes + bytes <= this.maxBytes
  }

  /** Whether this is the first time that something did not fit since bytes were last given back. */
  isNewlyFull(): boolean {
    const isNew = !this.#wasFull
    this.#wasFull = true
    return isNew
  }

  /** Counts bytes in, or out where negative. */
  add(bytes: number): void {
    this.#usedBytes += bytes
    if (bytes < 0) this.#wasFull = false
  }
}
