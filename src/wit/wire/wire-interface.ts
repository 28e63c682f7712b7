import type { Field, PrimitiveKind, ValueType, VariantCase } from '../model.js'

/** An interface as it is called over wRPC, with streams and futures where WASI has resources. */
export interface WireInterface {
  /** With version, as subjects have it: `wrpc:keyvalue/store@0.2.0-draft`. */
  readonly name: string
  readonly functions: readonly WireFunction[]
}

/** A function of such an interface. */
export interface WireFunction {
  readonly name: string
  readonly params: readonly Field[]
  readonly result?: ValueType | undefined
}

/** A function of that name. Throws Error for a name that the interface lacks: a fault of the program. */
export function wireFunction(of: WireInterface, name: string): WireFunction {
  const found = of.functions.find((each) => each.name === name)
  if (!found) throw new Error(`${of.name} has no function ${name}`)
  return found
}

const primitive = (kind: PrimitiveKind): ValueType => ({ kind })

/** Types for the descriptions of this folder. */
export const bool = primitive('bool')
export const s8 = primitive('s8')
export const s16 = primitive('s16')
export const s32 = primitive('s32')
export const s64 = primitive('s64')
export const u8 = primitive('u8')
export const u16 = primitive('u16')
export const u32 = primitive('u32')
export const u64 = primitive('u64')
export const string = primitive('string')
export const bytes: ValueType = { kind: 'list', element: u8 }

/** A list of elements of that type. */
export function listOf(element: ValueType): ValueType {
  return { kind: 'list', element }
}

/** An option of that type. */
export function optionOf(element: ValueType): ValueType {
  return { kind: 'option', element }
}

/** A tuple of those types. */
export function tupleOf(...elements: readonly ValueType[]): ValueType {
  return { kind: 'tuple', elements }
}

/** A stream of that type. */
export function streamOf(element: ValueType): ValueType {
  return { kind: 'stream', element }
}

/** A future of that type. */
export function futureOf(element: ValueType): ValueType {
  return { kind: 'future', element }
}

/** A result with what is good and what is bad; undefined stands for nothing. */
export function resultOf(ok: ValueType | undefined, err: ValueType): ValueType {
  return { kind: 'result', ok, err }
}

/** A record of that name. */
export function record(name: string, fields: Readonly<Record<string, ValueType>>): ValueType {
  return { kind: 'record', name, fields: toFields(fields) }
}

/** A variant of that name; a case is its name, or its name and the type of its payload. */
export function variant(
  name: string,
  ...cases: readonly (string | readonly [string, ValueType])[]
): ValueType {
  const toCase = (entry: string | readonly [string, ValueType]): VariantCase =>
    typeof entry === 'string' ? { name: entry } : { name: entry[0], type: entry[1] }
  return { kind: 'variant', name, cases: cases.map(toCase) }
}

/** A function with its parameters in order. */
export function func(
  name: string,
  params: Readonly<Record<string, ValueType>>,
  result?: ValueType,
): WireFunction {
  return { name, params: toFields(params), result }
}

function toFields(fields: Readonly<Record<string, ValueType>>): Field[] {
  return Object.entries(fields).map(([name, type]) => ({ name, type }))
}

/** An enumeration of that name. */
export function enumOf(name: string, ...names: readonly string[]): ValueType {
  return { kind: 'enum', name, names }
}
