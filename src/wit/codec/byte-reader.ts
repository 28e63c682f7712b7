import { WireError } from './wire-error.js'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const scratch = new DataView(new ArrayBuffer(8))

/** Lists of elements that take no byte have at most so many of them: their count costs the sender nothing. */
const maxEmptyElements = 1 << 16

/** Reads encoded values out of bytes, checking every bound before it allocates. Throws WireError. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
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
    const start = this.#at
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte()
      value |= BigInt(byte & 0x7f) << shift
      if (byte >= 0x80) continue
      if (value > 0xffff_ffff_ffff_ffffn) break
      return value
    }
    throw new WireError('an integer exceeds 64 bits', start)
  }

  s16(): number {
    return (this.#signed(3, 16) << 16) >> 16
  }

  s32(): number {
    return this.#signed(5, 32) | 0
  }

  s64(): bigint {
    const start = this.#at
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte()
      value |= BigInt(byte & 0x7f) << shift
      if (byte >= 0x80) continue
      // A last byte at full length says nothing beyond the 64th bit, whether it was masked or not.
      const bits = shift === 63n ? 64 : Number(shift) + 7
      return BigInt.asIntN(64, byte & 0x40 || shift === 63n ? BigInt.asIntN(bits, value) : value)
    }
    throw new WireError('an integer exceeds 64 bits', start)
  }

  f32(): number {
    const at = this.#skip(4, 'a float')
    for (let index = 0; index < 4; index += 1) scratch.setUint8(index, this.#bytes[at + index] ?? 0)
    return scratch.getFloat32(0, true)
  }

  f64(): number {
    const at = this.#skip(8, 'a float')
    for (let index = 0; index < 8; index += 1) scratch.setUint8(index, this.#bytes[at + index] ?? 0)
    return scratch.getFloat64(0, true)
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

  /** The number of elements that follow, of at least `minBytes` each. */
  count(minBytes: number): number {
    const start = this.#at
    const count = this.u32()
    const most = minBytes === 0 ? maxEmptyElements : Math.floor(this.left / minBytes)
    if (count > most) {
      throw minBytes === 0
        ? new WireError(`a list has ${count} elements that take no byte`, start)
        : new WireError(
            `a list of ${count} elements exceeds the ${this.left} bytes that are left`,
            start,
            true,
          )
    }
    return count
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
    const start = this.#at
    let value = 0
    let factor = 1
    for (let count = 1; count <= maxLength; count += 1) {
      const byte = this.byte()
      value += (byte & 0x7f) * factor
      factor *= 128
      if (byte >= 0x80) continue
      if (count === maxLength) return wrapSigned(value, bits)
      const signed = byte & 0x40 ? value - factor : value
      if (signed >= -(2 ** (bits - 1)) && signed < 2 ** (bits - 1)) return signed
      throw new WireError(`an integer exceeds ${bits} bits`, start)
    }
    throw this.#invalid(`an integer takes more than ${maxLength} bytes`, maxLength)
  }

  #skip(length: number, what: string): number {
    const at = this.#at
    if (length > this.#bytes.length - at) throw this.#short(what)
    this.#at = at + length
    return at
  }

  #decode(start: number, end: number): string {
    try {
      return decoder.decode(this.#bytes.subarray(start, end))
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

/** The low bits of a number that may exceed 32 bits, with their sign. */
function wrapSigned(value: number, bits: number): number {
  const modulus = 2 ** bits
  const low = value % modulus
  return low >= modulus / 2 ? low - modulus : low
}
