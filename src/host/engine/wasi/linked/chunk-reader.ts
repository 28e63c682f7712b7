import type { ByteSource } from '../guest-host.js'

/** Lengths have 32 bits at most; what needs more is none. */
const maxLength = 0xffff_ffff

/** Takes the bytes of a `stream<u8>` out of the chunks that carry them: each a LEB128 length and so many bytes. */
export class ChunkReader {
  readonly #source: ByteSource
  /** Bytes that are left of the current chunk. */
  #left = 0
  #length = 0
  #factor = 1
  #end: 'none' | 'ended' | 'failed' = 'none'

  constructor(source: ByteSource) {
    this.#source = source
  }

  /** `open` also where it has ended but bytes are left; `failed` where it broke off. */
  get state(): 'open' | 'ended' | 'failed' {
    this.#hasChunk()
    if (this.#end !== 'none') return this.#end
    // Whoever breaks a stream off just closes it: only an empty chunk says that this was all.
    return this.#source.state === 'ended' ? 'failed' : this.#source.state
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
    this.#stop('ended')
  }

  /** Reads on to the next chunk that has bytes; false where there is none (yet). */
  #hasChunk(): boolean {
    while (this.#left === 0 && this.#end === 'none') {
      const byte = this.#source.take(1)?.[0]
      if (byte === undefined) return false
      this.#length += (byte & 0x7f) * this.#factor
      this.#factor *= 128
      if (this.#length > maxLength || this.#factor > 2 ** 35) this.#stop('failed')
      else if (byte < 0x80) this.#beginChunk()
    }
    return this.#left > 0
  }

  #beginChunk(): void {
    this.#left = this.#length
    this.#length = 0
    this.#factor = 1
    // An empty chunk ends the stream.
    if (this.#left === 0) this.#end = 'ended'
  }

  #stop(end: 'ended' | 'failed'): void {
    this.#left = 0
    this.#end = end
    this.#source.discard()
  }
}
