import { WireError } from './wire-error.js'

/**
 * The bytes of a pending `stream<u8>` on its path: chunks of a length and bytes, and a zero for the end. An empty chunk
 * would be the end, so none is made of no bytes.
 */
export function encodeStreamChunk(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) return bytes
  const head = lebOf(bytes.length)
  const chunk = new Uint8Array(head.length + bytes.length)
  chunk.set(head)
  chunk.set(bytes, head.length)
  return chunk
}

/** Ends a pending stream on its path. */
export const streamEnd = Uint8Array.of(0)

function lebOf(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80)
    rest = Math.floor(rest / 128)
  }
  return [...bytes, rest]
}

/** Takes the chunks of a pending `stream<u8>` apart as its bytes come, however they are cut. */
export class StreamChunkDecoder {
  #length = 0
  #factor = 1
  #left = 0
  #offset = 0
  #isEnded = false

  /** Whether the end was seen; what follows is ignored. */
  get isEnded(): boolean {
    return this.#isEnded
  }

  /** The pieces of data in the next bytes, as views of them. Throws WireError for a length of more than 32 bits. */
  push(bytes: Uint8Array): Uint8Array[] {
    const pieces: Uint8Array[] = []
    let at = 0
    while (at < bytes.length && !this.#isEnded) {
      if (this.#left === 0) {
        this.#takeLength(bytes[at] ?? 0, this.#offset + at)
        at += 1
        continue
      }
      const piece = bytes.subarray(at, at + this.#left)
      pieces.push(piece)
      this.#left -= piece.length
      at += piece.length
    }
    this.#offset += bytes.length
    return pieces
  }

  #takeLength(byte: number, offset: number): void {
    this.#length += (byte & 0x7f) * this.#factor
    this.#factor *= 128
    if (this.#length > 0xffff_ffff || this.#factor > 2 ** 35) {
      throw new WireError('the length of a chunk exceeds 32 bits', offset)
    }
    if (byte >= 0x80) return
    this.#left = this.#length
    this.#isEnded = this.#left === 0
    this.#length = 0
    this.#factor = 1
  }
}
