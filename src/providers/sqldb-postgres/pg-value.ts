/** A value of `pg-value`: the case of its variant, and what that holds. */
export type PgValue = { readonly tag: 'null' } | { readonly tag: string; readonly val: unknown }

/** `hashable-f64`: mantissa, exponent of 2, sign. */
export type Float = readonly [mantissa: bigint, exponent: number, sign: number]
export type Point = readonly [x: Float, y: Float]

export type PgDate =
  | { readonly tag: 'positive-infinity' | 'negative-infinity' }
  | { readonly tag: 'ymd'; readonly val: readonly [year: number, month: number, day: number] }

export interface PgTime {
  readonly hour: number
  readonly min: number
  readonly sec: number
  readonly micro: number
}

export interface PgTimestamp {
  readonly date: PgDate
  readonly time: PgTime
}

export interface PgOffset {
  readonly tag: 'eastern-hemisphere-secs' | 'western-hemisphere-secs'
  readonly val: number
}

export interface Lexeme {
  readonly position: number | undefined
  readonly weight: 'A' | 'B' | 'C' | 'D' | undefined
  readonly data: string
}

/** The parts of a number, as Rust's `integer_decode` has them. */
export function toFloat(value: number): Float {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const exponent = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & 0xfffffffffffffn
  const mantissa = exponent === 0 ? fraction << 1n : fraction | 0x10000000000000n
  return [mantissa, exponent - 1075, bits >> 63n === 0n ? 1 : -1]
}

/** The same of a number of 32 bits. */
export function toFloat32(value: number): Float {
  const view = new DataView(new ArrayBuffer(4))
  view.setFloat32(0, value)
  const bits = view.getUint32(0)
  const exponent = (bits >>> 23) & 0xff
  const fraction = bits & 0x7fffff
  const mantissa = exponent === 0 ? fraction << 1 : fraction | 0x800000
  return [BigInt(mantissa), exponent - 150, bits >>> 31 === 0 ? 1 : -1]
}

/** The number of those parts; beyond the greatest exponent it is none, or infinite. */
export function fromFloat([mantissa, exponent, sign]: Float): number {
  if (exponent === 972) return mantissa === 0x10000000000000n ? sign * Infinity : NaN
  // In two steps: 2 ** -1074 alone would lose the small ones.
  return sign * Number(mantissa) * 2 ** Math.ceil(exponent / 2) * 2 ** Math.floor(exponent / 2)
}
