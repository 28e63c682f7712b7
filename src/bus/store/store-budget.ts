/** The memory that all streams of one store share: messages on disk are held in memory too. */
export class StoreBudget {
  readonly maxBytes: number
  #usedBytes = 0

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

  /** Counts bytes in, or out where negative. */
  add(bytes: number): void {
    this.#usedBytes += bytes
  }
}
