import { markAsUntransferable } from 'node:worker_threads'

const initialBytes = 256

/** Messages of these sizes share memory: shorter arrays lie in the heap, of longer ones few would fit. */
const leastShared = 64
const mostShared = 1024
const slabBytes = 16 * 1024

const maxAscii = 0x7f
/** Longer texts are written faster by the method of every Buffer, which takes any Uint8Array. */
const shortLength = 64
/** Texts whose bytes are counted before room is made for them. */
const largeLength = 1 << 16
const { utf8Write } = Buffer.prototype as unknown as {
  utf8Write(this: Uint8Array, text: string, offset: number, length: number): number // missing in @types/node
}

// Numbers pass through memory that is seen as each of these; the low word comes first, as on every platform of Node.js.
const scratch = new ArrayBuffer(8)
const scratchBytes = new Uint8Array(scratch)
const words = new Int32Array(scratch)
const wide = new BigInt64Array(scratch)
const singles = new Float32Array(scratch)
const singleBytes = new Uint8Array(scratch, 0, 4)
const doubles = new Float64Array(scratch)

/**
 * Collects encoded values in a buffer that grows. Integers of more than 8 bits are LEB128 as wRPC has them: where a signed
 * one takes the greatest length of its type, the last byte is masked to the bits that the type has left, since the Rust
 * decoder refuses it otherwise and accepts that.
 */
export class ByteWriter {
  #bytes = new Uint8Array(initialBytes)
  #at = 0
  #slab = new Uint8Array()
  #slabAt = 0

  /** Bytes written so far. */
  get length(): number {
    return this.#at
  }

  /**
   * A copy of what was written; the writer starts anew, with the memory that it has. Short copies lie in memory with others
   * that cannot be transferred to another thread.
   */
  take(): Uint8Array {
    const length = this.#at
    this.#at = 0
    if (length > leastShared && length <= mostShared) return this.#share(length)
    const taken = this.#bytes.slice(0, length)
    // One large message must not keep its memory for ever.
    if (this.#bytes.length > 1 << 20) this.#bytes = new Uint8Array(initialBytes)
    return taken
  }

  /** Memory of its own costs more than such a message. */
  #share(length: number): Uint8Array {
    if (this.#slab.length - this.#slabAt < length) {
      this.#slab = new Uint8Array(slabBytes)
      this.#slabAt = 0
      markAsUntransferable(this.#slab.buffer)
    }
    const taken = this.#slab.subarray(this.#slabAt, this.#slabAt + length)
    this.#slabAt += length
    taken.set(this.#bytes.subarray(0, length))
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
    wide[0] = value
    this.#unsignedWords(words[0] ?? 0, words[1] ?? 0)
  }

  s64(value: bigint): void {
    wide[0] = value
    this.#signedWords(words[0] ?? 0, words[1] ?? 0)
  }

  f32(value: number): void {
    singles[0] = value
    this.raw(singleBytes)
  }

  f64(value: number): void {
    doubles[0] = value
    this.raw(scratchBytes)
  }

  /** Unsigned integers of up to 32 bits, without their count. */
  u32s(list: Uint16Array | Uint32Array): void {
    const { length } = list
    if (this.#bytes.length - this.#at < 5 * length) this.#grow(5 * length)
    const bytes = this.#bytes
    let at = this.#at
    for (let index = 0; index < length; index += 1) {
      let rest = list[index] ?? 0
      while (rest > 0x7f) {
        bytes[at++] = (rest & 0x7f) | 0x80
        rest >>>= 7
      }
      bytes[at++] = rest
    }
    this.#at = at
  }

  /** Integers of 16 bits, without their count. */
  s16s(list: Int16Array): void {
    for (const value of list) this.#signed(value, 3, 0x03)
  }

  /** Integers of 32 bits, without their count. */
  s32s(list: Int32Array): void {
    for (const value of list) this.#signed(value, 5, 0x0f)
  }

  /** Integers of 64 bits, without their count. */
  wideIntegers(list: BigUint64Array | BigInt64Array): void {
    const halves = new Int32Array(list.buffer, list.byteOffset, 2 * list.length)
    const isSigned = list instanceof BigInt64Array
    for (let index = 0; index < halves.length; index += 2) {
      const low = halves[index] ?? 0
      const high = halves[index + 1] ?? 0
      if (isSigned) this.#signedWords(low, high)
      else this.#unsignedWords(low, high)
    }
  }

  /** The UTF-8 of one scalar value, without a length. */
  char(point: number): void {
    if (point <= maxAscii) return this.byte(point)
    if (this.#bytes.length - this.#at < 4) this.#grow(4)
    this.#at += utf8Write.call(this.#bytes, String.fromCodePoint(point), this.#at, 4)
  }

  /** Length and UTF-8. */
  string(text: string): void {
    const { length } = text
    if (this.#bytes.length - this.#at < length + 5) this.#grow(length + 5)
    const start = this.#at
    this.u32(length)
    if (length <= shortLength && this.#ascii(text)) return
    this.#at = start
    this.#unicode(text)
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

  /** Writes behind the length that ASCII would have, and moves the text where its own takes more bytes. */
  #unicode(text: string): void {
    const start = this.#at
    const most = text.length > largeLength ? Buffer.byteLength(text) : 3 * text.length
    if (this.#bytes.length - start < most + 5) this.#grow(most + 5)
    const guessed = lebLength(text.length)
    const written = utf8Write.call(this.#bytes, text, start + guessed, most)
    const head = lebLength(written)
    if (head !== guessed) this.#bytes.copyWithin(start + head, start + guessed, start + guessed + written)
    this.u32(written)
    this.#at = start + head + written
  }

  #unsignedWords(low: number, high: number): void {
    if (high === 0) return this.u32(low >>> 0)
    if (this.#bytes.length - this.#at < 10) this.#grow(10)
    let at = this.#at
    while (high !== 0 || low < 0 || low > 0x7f) {
      this.#bytes[at++] = (low & 0x7f) | 0x80
      low = (low >>> 7) | (high << 25)
      high >>>= 7
    }
    this.#bytes[at++] = low
    this.#at = at
  }

  #signedWords(low: number, high: number): void {
    if (high === low >> 31) return this.#signed(low, 10, 0x01)
    if (this.#bytes.length - this.#at < 10) this.#grow(10)
    for (let count = 1; ; count += 1) {
      const seven = low & 0x7f
      low = (low >>> 7) | (high << 25)
      high >>= 7
      const isLast = high === low && (low === 0 ? seven < 0x40 : low === -1 && seven >= 0x40)
      if (isLast) {
        this.#bytes[this.#at++] = count === 10 ? seven & 0x01 : seven
        return
      }
      this.#bytes[this.#at++] = seven | 0x80
    }
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

function lebLength(value: number): number {
  let length = 1
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) length += 1
  return length
}
