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

  /** The first `length` bytes, or everything, as one piece. */
  join(length = this.#length): Uint8Array {
    const [first] = this.#pieces
    if (first !== undefined && this.#pieces.length === 1) return first.subarray(0, length)
    const whole = new Uint8Array(this.#length)
    let at = 0
    for (const piece of this.#pieces) {
      whole.set(piece, at)
      at += piece.length
    }
    return whole.subarray(0, length)
  }
}

/** A plain array of the bytes' own. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes)
}
