import { WireError } from './wire-error.js'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

// Numbers pass through memory that is seen as each of these; the low word comes first, as on every platform of Node.js.
const scratch = new ArrayBuffer(8)
const scratchBytes = new Uint8Array(scratch)
const words = new Int32Array(scratch)
const unsigned = new BigUint64Array(scratch)
const signed = new BigInt64Array(scratch)
const singles = new Float32Array(scratch)
const doubles = new Float64Array(scratch)

/** A method of every Buffer that takes any Uint8Array, faster than a decoder; it replaces what is no UTF-8. */
const { utf8Slice } = Buffer.prototype as unknown as {
  utf8Slice(this: Uint8Array, start: number, end: number): string // missing in @types/node
}

/** Lists of elements that take no byte have at most so many of them together: their count costs the sender nothing. */
const maxEmptyElements = 1 << 16

/** Reads encoded values out of bytes, checking every bound before it allocates. Throws WireError. */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #makesViews: boolean
  #at = 0
  #emptyElements = 0

  /** With views, lists of bytes share the memory of these bytes. */
  constructor(bytes: Uint8Array, makesViews = false) {
    this.#makesViews = makesViews
    // A slice of a Buffer is a view; one of a plain array is a copy, which is what values have to be.
    this.#bytes = Buffer.isBuffer(bytes)
      ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      : bytes
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#at
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  byte(): number {
    const value = this.#bytes[this.#at]
    if (value === undefined) throw this.#short('a byte')
    this.#at += 1
    return value
  }

  bool(): boolean {
    const value = this.byte()
    if (value > 1) throw this.#invalid(`${value} is no bool`, 1)
    return value === 1
  }

  u16(): number {
    const start = this.#at
    const value = this.#leb(3)
    if (value > 0xffff) throw new WireError('an integer exceeds 16 bits', start)
    return value
  }

  u32(): number {
    const first = this.#bytes[this.#at]
    if (first !== undefined && first < 0x80) {
      this.#at += 1
      return first
    }
    const start = this.#at
    const value = this.#leb(5)
    if (value > 0xffff_ffff) throw new WireError('an integer exceeds 32 bits', start)
    return value
  }

  u64(): bigint {
    this.#wide(false)
    return unsigned[0] ?? 0n
  }

  s16(): number {
    return this.#signed(3, 16)
  }

  s32(): number {
    return this.#signed(5, 32)
  }

  s64(): bigint {
    this.#wide(true)
    return signed[0] ?? 0n
  }

  f32(): number {
    const at = this.#skip(4, 'a float')
    for (let index = 0; index < 4; index += 1) scratchBytes[index] = this.#bytes[at + index] ?? 0
    return singles[0] ?? 0
  }

  f64(): number {
    const at = this.#skip(8, 'a float')
    for (let index = 0; index < 8; index += 1) scratchBytes[index] = this.#bytes[at + index] ?? 0
    return doubles[0] ?? 0
  }

  char(): string {
    const first = this.byte()
    if (first < 0x80) return String.fromCharCode(first)
    const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
    const start = this.#at - 1
    this.#skip(length - 1, 'a char')
    const text = this.#decode(start, this.#at)
    if (text.codePointAt(0) === undefined || text.length !== (length === 4 ? 2 : 1)) {
      throw new WireError('a char is no single scalar value', start)
    }
    return text
  }

  string(): string {
    const length = this.u32()
    const at = this.#skip(length, 'a string')
    if (length > 24) return this.#decode(at, this.#at)
    let text = ''
    for (let index = at; index < this.#at; index += 1) {
      const code = this.#bytes[index] ?? 0
      if (code > 0x7f) return this.#decode(at, this.#at)
      text += String.fromCharCode(code)
    }
    return text
  }

  /** Length and bytes; a copy. */
  blob(): Uint8Array {
    const length = this.u32()
    return this.raw(length)
  }

  /** So many bytes; a copy. */
  raw(length: number): Uint8Array {
    const at = this.#skip(length, 'bytes')
    return this.#bytes.slice(at, at + length)
  }

  /** So many bytes as a list: a view where the reader makes those. */
  byteList(length: number): Uint8Array {
    if (!this.#makesViews) return this.raw(length)
    const at = this.#skip(length, 'bytes')
    return this.#bytes.subarray(at, at + length)
  }

  /** So many integers of 16 or 32 bits into a list of them. */
  integers(
    list: Uint16Array | Uint32Array | Int16Array | Int32Array,
    kind: 'u16' | 'u32' | 's16' | 's32',
  ): void {
    for (let index = 0; index < list.length; index += 1) {
      const byte = this.#bytes[this.#at] ?? 0x80
      if (byte >= 0x40) list[index] = this[kind]()
      else {
        list[index] = byte
        this.#at += 1
      }
    }
  }

  /** So many integers of 64 bits into a list of them. */
  wideIntegers(list: BigUint64Array | BigInt64Array): void {
    const halves = new Int32Array(list.buffer, list.byteOffset, 2 * list.length)
    const isSigned = list instanceof BigInt64Array
    for (let index = 0; index < halves.length; index += 2) {
      this.#wide(isSigned)
      halves[index] = words[0] ?? 0
      halves[index + 1] = words[1] ?? 0
    }
  }

  /** The number of elements that follow, of at least `minBytes` each. */
  count(minBytes: number): number {
    const start = this.#at
    const count = this.u32()
    if (minBytes === 0) {
      this.#emptyElements += count
      if (this.#emptyElements <= maxEmptyElements) return count
      throw new WireError(`a list has ${count} elements that take no byte`, start)
    }
    this.#expect(count, minBytes, start)
    return count
  }

  /** Fails where a list of a fixed length cannot be there. */
  fixedCount(count: number, minBytes: number): number {
    this.#expect(count, minBytes, this.#at)
    return count
  }

  #expect(count: number, minBytes: number, start: number): void {
    if (count * minBytes <= this.left) return
    throw new WireError(
      `a list of ${count} elements exceeds the ${this.left} bytes that are left`,
      start,
      true,
    )
  }

  /** The index of one of so many cases. */
  discriminant(cases: number): number {
    const start = this.#at
    const index = this.u32()
    if (index >= cases) throw new WireError(`case ${index} is none of ${cases}`, start)
    return index
  }

  /** Fails where a byte of flags has bits that stand for none. */
  flagBits(allowed: number): number {
    const bits = this.byte()
    if ((bits & ~allowed) !== 0)
      throw this.#invalid(`flags have the unknown bits 0x${(bits & ~allowed).toString(16)}`, 1)
    return bits
  }

  #leb(maxLength: number): number {
    let value = 0
    let factor = 1
    for (let count = 0; count < maxLength; count += 1) {
      const byte = this.byte()
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
      factor *= 128
    }
    throw this.#invalid(`an integer takes more than ${maxLength} bytes`, maxLength)
  }

  /** Accepts the last byte of full length in both forms: sign-extended, and masked as the Rust decoder wants it. */
  #signed(maxLength: number, bits: number): number {
    let value = 0
    for (let shift = 0; shift < 7 * maxLength; shift += 7) {
      const byte = this.byte()
      value |= (byte & 0x7f) << shift
      if (byte >= 0x80) continue
      const unused = 32 - Math.min(bits, shift + 7)
      this.#checkLast(byte, bits - shift)
      return (value << unused) >> unused
    }
    throw this.#invalid(`an integer takes more than ${maxLength} bytes`, maxLength)
  }

  /** Reads an integer of 64 bits into `words`. */
  #wide(isSigned: boolean): void {
    let low = 0
    let high = 0
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.byte()
      const seven = byte & 0x7f
      if (shift < 32) low |= seven << shift
      if (shift >= 28) high |= shift < 32 ? seven >> (32 - shift) : seven << (shift - 32)
      if (byte >= 0x80) continue
      if (isSigned) this.#checkLast(byte, 64 - shift)
      else if (shift === 63 && byte > 1) break
      if (isSigned && byte >= 0x40 && shift < 63) {
        if (shift < 25) low |= -1 << (shift + 7)
        high |= shift < 28 ? -1 : -1 << (shift - 25)
      }
      words[0] = low
      words[1] = high
      return
    }
    throw this.#invalid('an integer exceeds 64 bits', 10)
  }

  /** Fails where a last byte says something beyond the bits that the type has left. */
  #checkLast(byte: number, left: number): void {
    if (left >= 7 || byte < 1 << left || byte >= 0x80 - (1 << (left - 1))) return
    throw this.#invalid('an integer exceeds its bits', 1)
  }

  #skip(length: number, what: string): number {
    const at = this.#at
    if (length > this.#bytes.length - at) throw this.#short(what)
    this.#at = at + length
    return at
  }

  #decode(start: number, end: number): string {
    const text = utf8Slice.call(this.#bytes, start, end)
    if (!text.includes('\ufffd')) return text
    try {
      return decoder.decode(this.#bytes.subarray(start, end)) // the sender may have meant that
    } catch {
      throw new WireError('text is no UTF-8', start)
    }
  }

  #short(what: string): WireError {
    return new WireError(`the bytes end within ${what}`, this.#at, true)
  }

  #invalid(reason: string, back: number): WireError {
    return new WireError(reason, this.#at - back)
  }
}
