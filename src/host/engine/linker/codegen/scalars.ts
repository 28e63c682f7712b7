import type { PrimitiveKind } from '../../../../wit/model.js'
import { addressOf, slot, type Place } from './place.js'

/** Types whose value is one core value and needs nothing but memory. */
export type ScalarKind = Exclude<PrimitiveKind, 'string'>

/** Kinds by DataView accessor; bool, u8 and char have their own ways. */
const accessors: Readonly<Record<ScalarKind, string>> = {
  bool: 'Uint8',
  s8: 'Int8',
  u8: 'Uint8',
  s16: 'Int16',
  u16: 'Uint16',
  s32: 'Int32',
  u32: 'Uint32',
  s64: 'BigInt64',
  u64: 'BigUint64',
  f32: 'Float32',
  f64: 'Float64',
  char: 'Uint32',
}

/** Typed arrays by the kind of their elements. */
export const typedArrays: Readonly<Partial<Record<string, string>>> = {
  s8: 'Int8Array',
  u8: 'Uint8Array',
  s16: 'Int16Array',
  u16: 'Uint16Array',
  s32: 'Int32Array',
  u32: 'Uint32Array',
  s64: 'BigInt64Array',
  u64: 'BigUint64Array',
  f32: 'Float32Array',
  f64: 'Float64Array',
}

/** Whether a type is a scalar. */
export function isScalar(kind: string): kind is ScalarKind {
  return Object.hasOwn(accessors, kind)
}

/** The expression of a scalar of the guest as JavaScript has it. */
export function liftScalar(kind: ScalarKind, place: Place): string {
  if (place.kind === 'flat') return fromCore[kind](slot(place, 0))
  const { bytes, view } = place.memory
  if (kind === 'bool') return `${bytes}[${addressOf(place)}] !== 0`
  if (kind === 'u8') return `${bytes}[${addressOf(place)}]`
  const read = `${view}.get${accessors[kind]}(${addressOf(place)}, true)`
  return kind === 'char' ? `$toChar(${read})` : read
}

/** The statement that writes a scalar of JavaScript. */
export function lowerScalar(kind: ScalarKind, value: string, place: Place): string {
  const converted = toCore[kind](value)
  if (place.kind === 'flat') return `${slot(place, 0)} = ${converted}`
  const { bytes, view } = place.memory
  if (kind === 'bool' || kind === 'u8') return `${bytes}[${addressOf(place)}] = ${converted}`
  return `${view}.set${accessors[kind]}(${addressOf(place)}, ${converted}, true)`
}

const fromCore: Readonly<Record<ScalarKind, (core: string) => string>> = {
  bool: (core) => `${core} !== 0`,
  s8: (core) => `${core} << 24 >> 24`,
  u8: (core) => `${core} & 255`,
  s16: (core) => `${core} << 16 >> 16`,
  u16: (core) => `${core} & 65535`,
  s32: (core) => core,
  u32: (core) => `${core} >>> 0`,
  s64: (core) => core,
  u64: (core) => `BigInt.asUintN(64, ${core})`,
  f32: (core) => core,
  f64: (core) => core,
  char: (core) => `$toChar(${core})`,
}

const toCore: Readonly<Record<ScalarKind, (value: string) => string>> = {
  bool: (value) => `${value} ? 1 : 0`,
  s8: (value) => `${value} << 24 >> 24`,
  u8: (value) => `${value} & 255`,
  s16: (value) => `${value} << 16 >> 16`,
  u16: (value) => `${value} & 65535`,
  s32: (value) => `${value} | 0`,
  u32: (value) => `${value} >>> 0`,
  s64: (value) => `$toBigInt(${value})`,
  u64: (value) => `$toBigInt(${value})`,
  f32: (value) => `+${value}`,
  f64: (value) => `+${value}`,
  char: (value) => `$fromChar(${value})`,
}
