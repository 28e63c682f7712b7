import { readAsync } from './async-value.js'

/** Tells an encoder's caller that a value does not fit; where and why is found out afterwards. */
export class Misfit extends Error {
  override readonly name = 'Misfit'
}

/** What generated code calls, by name. */
export const codecRuntime = {
  bad(): never {
    throw new Misfit()
  },
  toBigSigned: (value: unknown): bigint => fitting(value, BigInt.asIntN),
  toBigUnsigned: (value: unknown): bigint => fitting(value, BigInt.asUintN),
  toPoint(value: unknown): number {
    const point = typeof value === 'string' ? value.codePointAt(0) : undefined
    if (typeof value !== 'string' || point === undefined) throw new Misfit()
    if ((point >= 0xd800 && point < 0xe000) || value.length !== (point > 0xffff ? 2 : 1)) throw new Misfit()
    return point
  },
  lengthOf(value: unknown): number {
    if (Array.isArray(value)) return value.length
    if (ArrayBuffer.isView(value) && 'length' in value && typeof value.length === 'number')
      return value.length
    throw new Misfit()
  },
  asBytes: (array: ArrayBufferView): Uint8Array =>
    array instanceof Uint8Array ? array : new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
  readAsync,
}

/** Integers are taken as numbers too, where they are exact. */
function fitting(value: unknown, cut: (bits: number, value: bigint) => bigint): bigint {
  const integer =
    typeof value === 'bigint' ? value : Number.isSafeInteger(value) ? BigInt(value as number) : undefined
  if (integer === undefined || cut(64, integer) !== integer) throw new Misfit()
  return integer
}
