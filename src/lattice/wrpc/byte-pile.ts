/** Bytes that come in pieces until all are there. */
export class BytePile {
  #pieces: Uint8Array[] = []
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Keeps a copy. */
  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#pieces.push(copyOf(bytes))
    this.#length += bytes.length
  }

  /** Everything, as one piece. */
  join(): Uint8Array {
    const [first] = this.#pieces
    if (first !== undefined && this.#pieces.length === 1) return first
    return copyOf(Buffer.concat(this.#pieces))
  }
}

/** A plain array of the bytes' own. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes)
}
