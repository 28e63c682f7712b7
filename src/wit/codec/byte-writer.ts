const initialBytes = 256
const maxAscii = 0x7f
const encoder = new TextEncoder()
const scratch = new DataView(new ArrayBuffer(8))
const scratchBytes = new Uint8Array(scratch.buffer)

/**
 * Collects encoded values in a buffer that grows. Integers of more than 8 bits are LEB128 as wRPC has them: where a signed
 * one takes the greatest length of its type, the last byte is masked to the bits that the type has left, since the Rust
 * decoder refuses it otherwise and accepts that.
 */
export class ByteWriter {
  #bytes = new Uint8Array(initialBytes)
  #at = 0

  /** Bytes written so far. */
  get length(): number {
    return this.#at
  }

  /** A copy of what was written; the writer starts anew, with the memory that it has. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#at)
    this.#at = 0
    // One large message must not keep its memory for ever.
    if (this.#bytes.length > 1 << 20) this.#bytes = new Uint8Array(initialBytes)
    return taken
  }

  /** Forgets what was written. */
  reset(): void {
    this.#at = 0
  }

  byte(value: number): void {
    if (this.#at === this.#bytes.length) this.#grow(1)
    this.#bytes[this.#at++] = value
  }

  /** LEB128 of an unsigned number below 2^32. */
  u32(value: number): void {
    if (this.#bytes.length - this.#at < 5) this.#grow(5)
    let rest = value
    while (rest > 0x7f) {
      this.#bytes[this.#at++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#bytes[this.#at++] = rest
  }

  s16(value: number): void {
    this.#signed(value, 3, 0x03)
  }

  s32(value: number): void {
    this.#signed(value, 5, 0x0f)
  }

  u64(value: bigint): void {
    if (value <= 0xffff_ffffn) return this.u32(Number(value))
    let rest = value
    while (rest > 0x7fn) {
      this.byte(Number(rest & 0x7fn) | 0x80)
      rest >>= 7n
    }
    this.byte(Number(rest))
  }

  s64(value: bigint): void {
    if (value >= -0x8000_0000n && value <= 0x7fff_ffffn) return this.#signed(Number(value), 10, 0x01)
    let rest = value
    for (let count = 1; ; count += 1) {
      const low = Number(rest & 0x7fn)
      rest >>= 7n
      if ((rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40)) {
        return this.byte(count === 10 ? low & 0x01 : low)
      }
      this.byte(low | 0x80)
    }
  }

  f32(value: number): void {
    scratch.setFloat32(0, value, true)
    this.raw(scratchBytes.subarray(0, 4))
  }

  f64(value: number): void {
    scratch.setFloat64(0, value, true)
    this.raw(scratchBytes)
  }

  /** The UTF-8 of one scalar value, without a length. */
  char(point: number): void {
    if (point <= maxAscii) return this.byte(point)
    this.raw(encoder.encode(String.fromCodePoint(point)))
  }

  /** Length and UTF-8. */
  string(text: string): void {
    const { length } = text
    if (this.#bytes.length - this.#at < length + 5) this.#grow(length + 5)
    const start = this.#at
    this.u32(length)
    if (length > 64 || !this.#ascii(text)) {
      this.#at = start
      this.#unicode(text)
    }
  }

  /** Bytes as they are, without a length. */
  raw(bytes: Uint8Array): void {
    if (this.#bytes.length - this.#at < bytes.length) this.#grow(bytes.length)
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
  }

  #ascii(text: string): boolean {
    const bytes = this.#bytes
    let at = this.#at
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index)
      if (code > maxAscii) return false
      bytes[at++] = code
    }
    this.#at = at
    return true
  }

  #unicode(text: string): void {
    const bytes = Buffer.byteLength(text)
    this.u32(bytes)
    if (this.#bytes.length - this.#at < bytes) this.#grow(bytes)
    encoder.encodeInto(text, this.#bytes.subarray(this.#at))
    this.#at += bytes
  }

  /** A number that 32 bits hold; `lastMask` is what the type has left in its last byte. */
  #signed(value: number, maxLength: number, lastMask: number): void {
    if (this.#bytes.length - this.#at < 5) this.#grow(5)
    let rest = value
    for (let count = 1; ; count += 1) {
      const low = rest & 0x7f
      rest >>= 7
      if ((rest === 0 && low < 0x40) || (rest === -1 && low >= 0x40)) {
        this.#bytes[this.#at++] = count === maxLength ? low & lastMask : low
        return
      }
      this.#bytes[this.#at++] = low | 0x80
    }
  }

  #grow(needed: number): void {
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#at + needed))
    grown.set(this.#bytes.subarray(0, this.#at))
    this.#bytes = grown
  }
}
