import { badDiscriminant, expected, trap } from './errors.js'

const scratch = new DataView(new ArrayBuffer(8))

/** A Unicode scalar value of the guest as a string. */
export function toChar(code: number): string {
  const point = code >>> 0
  if (point >= 0x110000 || (point >= 0xd800 && point < 0xe000)) trap('invalid char')
  return String.fromCodePoint(point)
}

/** The scalar value of a string that holds exactly one. */
export function fromChar(value: unknown): number {
  const point = typeof value === 'string' ? value.codePointAt(0) : undefined
  if (typeof value !== 'string' || point === undefined) expected('a char', value)
  const isSurrogate = point >= 0xd800 && point < 0xe000
  if (isSurrogate || value.length !== (point > 0xffff ? 2 : 1)) throw new TypeError('Expected a single char')
  return point
}

/** A 64-bit integer of the host; numbers are taken where they are integers. */
export function toBigInt(value: unknown): bigint {
  return typeof value === 'bigint' ? value : BigInt(value as number) // throws for what is no integer
}

/** The length of a list of the host. */
export function listLength(value: unknown): number {
  if (typeof value === 'object' && value !== null && 'length' in value) {
    if (typeof value.length === 'number') return value.length
  }
  return expected('a list', value)
}

/** The bytes of a typed array. */
export function rawBytes(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

/** The index of the case named `tag`; `cases` maps names to indices and has no prototype. */
export function caseIndex(cases: Readonly<Record<string, number>>, tag: unknown): number {
  const index = typeof tag === 'string' ? cases[tag] : undefined
  if (index === undefined)
    throw new TypeError(`Expected one of ${Object.keys(cases).join(', ')}, got ${String(tag)}`)
  return index
}

/** The name of the case at an index that the guest gave. */
export function caseName(names: readonly string[], index: number): string {
  return names[index] ?? badDiscriminant()
}

/** i32 that carries an f32. */
export function i32ToF32(bits: number): number {
  scratch.setInt32(0, bits, true)
  return scratch.getFloat32(0, true)
}

/** f32 as an i32. */
export function f32ToI32(value: number): number {
  scratch.setFloat32(0, value, true)
  return scratch.getInt32(0, true)
}

/** i64 that carries an f64. */
export function i64ToF64(bits: bigint): number {
  scratch.setBigInt64(0, bits, true)
  return scratch.getFloat64(0, true)
}

/** f64 as an i64. */
export function f64ToI64(value: number): bigint {
  scratch.setFloat64(0, value, true)
  return scratch.getBigInt64(0, true)
}

/** i64 that carries an i32. */
export function i64ToI32(bits: bigint): number {
  return Number(BigInt.asIntN(32, bits))
}

/** i32 as an i64. */
export function i32ToI64(value: number): bigint {
  return BigInt(value >>> 0)
}

/** i64 that carries an f32. */
export function i64ToF32(bits: bigint): number {
  return i32ToF32(i64ToI32(bits))
}

/** f32 as an i64. */
export function f32ToI64(value: number): bigint {
  return i32ToI64(f32ToI32(value))
}
