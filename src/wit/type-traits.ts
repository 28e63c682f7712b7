import type { ValueType, VariantCase } from './model.js'

/** Whether an option's JavaScript value is its payload or undefined; an option of such an option has tags instead. */
export function isNullable(type: ValueType): boolean {
  return type.kind === 'option' && !isNullable(type.element)
}

/** Typed arrays by the kind of their elements; other lists are plain arrays. */
export const typedArrays = {
  s8: Int8Array,
  u8: Uint8Array,
  s16: Int16Array,
  u16: Uint16Array,
  s32: Int32Array,
  u32: Uint32Array,
  s64: BigInt64Array,
  u64: BigUint64Array,
  f32: Float32Array,
  f64: Float64Array,
} as const

/** A kind whose lists are typed arrays. */
export type NumberKind = keyof typeof typedArrays

/** Whether lists of the kind are typed arrays. */
export function isNumberKind(kind: string): kind is NumberKind {
  return Object.hasOwn(typedArrays, kind)
}

/** A list of elements of that kind as JavaScript has it. */
export function toList(kind: string, items: readonly unknown[]): unknown {
  if (!isNumberKind(kind)) return items
  // Each takes numbers of its own kind, which is what the items are.
  const array = typedArrays[kind] as unknown as { from(items: readonly unknown[]): unknown }
  return array.from(items)
}

/** The cases of a type that has a discriminant, in order; undefined for other types. */
export function casesOf(type: ValueType): readonly VariantCase[] | undefined {
  switch (type.kind) {
    case 'variant':
      return type.cases
    case 'enum':
      return type.names.map((name) => ({ name }))
    case 'option':
      return [{ name: 'none' }, { name: 'some', type: type.element }]
    case 'result':
      return [
        { name: 'ok', type: type.ok },
        { name: 'err', type: type.err },
      ]
    default:
      return undefined
  }
}

/** The parts of a record or tuple, in order; undefined for other types. */
export function partsOf(type: ValueType): readonly ValueType[] | undefined {
  if (type.kind === 'tuple') return type.elements
  return type.kind === 'record' ? type.fields.map((field) => field.type) : undefined
}

/** A type as WIT text writes it; named types by their name. */
export function describeType(type: ValueType): string {
  switch (type.kind) {
    case 'record':
    case 'variant':
    case 'flags':
    case 'enum':
      return type.name ?? type.kind
    case 'list':
      return `list<${describeType(type.element)}${type.length === undefined ? '' : `, ${type.length}`}>`
    case 'option':
      return `option<${describeType(type.element)}>`
    case 'tuple':
      return `tuple<${type.elements.map(describeType).join(', ')}>`
    case 'result':
      return describeResult(type)
    case 'own':
      return type.resource.name
    case 'borrow':
      return `borrow<${type.resource.name}>`
    case 'stream':
    case 'future':
      return type.element ? `${type.kind}<${describeType(type.element)}>` : type.kind
    default:
      return type.kind
  }
}

function describeResult({ ok, err }: Extract<ValueType, { kind: 'result' }>): string {
  if (err) return `result<${ok ? describeType(ok) : '_'}, ${describeType(err)}>`
  return ok ? `result<${describeType(ok)}>` : 'result'
}
