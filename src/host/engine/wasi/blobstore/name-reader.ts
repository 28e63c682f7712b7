import type { ByteSource } from '../guest-host.js'

const readBytes = 64 * 1024
/** A name that needs more bytes than this is none. */
const maxNameBytes = 1024 * 1024

/** Takes the texts of a `stream<string>` out of the chunks that carry them: each a count and so many texts. */
export class NameReader {
  readonly #source: ByteSource | undefined
  #whole: string[]
  #bytes: Uint8Array = new Uint8Array(0)
  #at = 0
  /** Names that are left of the current chunk. */
  #left = 0
  #isEnded = false

  /** `whole` are the names where they came with the results, and nothing follows. */
  constructor(source: ByteSource | undefined, whole: readonly string[] = []) {
    this.#source = source
    this.#whole = [...whole]
    this.#isEnded = source === undefined
  }

  /** Where next() has returned undefined: whether more may come. */
  get state(): 'open' | 'ended' | 'failed' {
    if (this.#isEnded || this.#source === undefined) return 'ended'
    if (this.#source.state !== 'ended') return this.#source.state
    // The end without its mark counts, unless it comes in the middle of something.
    return this.#left === 0 && this.#at === this.#bytes.length ? 'ended' : 'failed'
  }

  /** The next name; undefined where there is none now. */
  next(): string | undefined {
    for (;;) {
      if (this.#isEnded) return this.#whole.shift()
      const name = this.#parse()
      if (name !== undefined) return name
      const more = this.#isEnded ? undefined : this.#source?.take(readBytes)
      if (more === undefined) return undefined
      this.#bytes = Buffer.concat([this.#bytes.subarray(this.#at), more])
      this.#at = 0
    }
  }

  /** A name of what is there, if it is there as a whole. */
  #parse(): string | undefined {
    while (this.#left === 0) {
      const count = this.#parseLength(this.#at)
      if (count === undefined) return undefined
      this.#at = count.end
      this.#left = count.value
      if (count.value === 0) this.#isEnded = true
      if (this.#isEnded) return undefined
    }
    const length = this.#parseLength(this.#at)
    if (length === undefined) return undefined
    if (length.value > maxNameBytes) throw `the name of an object is longer than ${maxNameBytes} bytes`
    const end = length.end + length.value
    if (end > this.#bytes.length) return undefined
    const name = Buffer.from(this.#bytes.subarray(length.end, end)).toString('utf8')
    this.#at = end
    this.#left--
    return name
  }

  #parseLength(at: number): { readonly value: number; readonly end: number } | undefined {
    let value = 0
    for (let index = at, scale = 1; index < this.#bytes.length; index++, scale *= 128) {
      const byte = this.#bytes[index] ?? 0
      value += (byte & 0x7f) * scale
      if (value > 0xffff_ffff) throw 'the list of objects is malformed'
      if (byte < 0x80) return { value, end: index + 1 }
    }
    return undefined
  }
}
