import type { ByteSource } from '../guest-host.js'
import { trapGuest } from '../trap.js'

/** A count that needs more bits than this is none. */
const maxShift = 28

/** Takes the bytes of a `stream<u8>` out of the chunks that carry them: each a LEB128 length and so many bytes. */
export class ChunkReader {
  readonly #source: ByteSource
  /** Bytes that are left of the current chunk. */
  #left = 0
  #length = 0
  #shift = 0
  #isEnded = false

  constructor(source: ByteSource) {
    this.#source = source
  }

  /** `open` also where it has ended but bytes are left; `failed` where it broke off. */
  get state(): 'open' | 'ended' | 'failed' {
    if (this.#hasChunk()) return this.#source.state === 'ended' ? 'failed' : this.#source.state
    return this.#isEnded ? 'ended' : this.#source.state
  }

  /** Whether take() would return bytes. */
  get hasBytes(): boolean {
    return this.#hasChunk() && this.#source.hasBytes
  }

  /** Up to `max` bytes; undefined where there are none now. */
  take(max: number): Uint8Array | undefined {
    if (!this.#hasChunk()) return undefined
    const bytes = this.#source.take(Math.min(max, this.#left))
    this.#left -= bytes?.length ?? 0
    return bytes
  }

  /** Drops what is there and what still comes. */
  discard(): void {
    this.#left = 0
    this.#isEnded = true
    this.#source.discard()
  }

  /** Reads on to the next chunk that has bytes; false where there is none (yet). */
  #hasChunk(): boolean {
    while (this.#left === 0 && !this.#isEnded) {
      const byte = this.#source.take(1)?.[0]
      if (byte === undefined) return false
      if (this.#shift > maxShift) trapGuest('a stream over a link has a chunk without a valid length')
      this.#length += (byte & 0x7f) * 2 ** this.#shift
      this.#shift += 7
      if (byte >= 0x80) continue
      this.#left = this.#length
      // An empty chunk ends the stream.
      this.#isEnded = this.#length === 0
      this.#length = 0
      this.#shift = 0
    }
    return this.#left > 0
  }
}
