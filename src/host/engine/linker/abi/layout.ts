import type { ResolvedCase, ResolvedType } from '../../../../component/resolve/program.js'
import { AppError } from '../../../../core/errors.js'

/** A value type of core WebAssembly. */
export type FlatType = 'i32' | 'i64' | 'f32' | 'f64'

/** How a value lies in memory and in core values, by the canonical ABI. */
export interface Layout {
  readonly size: number
  readonly alignment: number
  /** Its core values; cut after `maxFlat + 1`, since what has more is passed in memory. */
  readonly flat: readonly FlatType[]
  /** How many types it is made of. */
  readonly weight: number
}

/** Most core values that parameters are passed in; what takes more lies in memory. */
export const maxFlatParams = 16

/** Most bytes that a list or string may take. */
export const maxListBytes = 2 ** 28 - 1

/** Most types that one type may be made of: nothing real comes near, and hostile ones double at every level. */
const maxWeight = 10_000

const layouts = new WeakMap<ResolvedType, Layout>()

/** The layout of a type; throws COMPONENT_UNSUPPORTED for types that the linker does not handle, by name. */
export function layoutOf(type: ResolvedType): Layout {
  const known = layouts.get(type)
  if (known) return known
  const layout = computeLayout(type)
  if (layout.weight > maxWeight) throw unsupportedType(`a type that is made of more than ${maxWeight} types`)
  layouts.set(type, layout)
  return layout
}

/** Layout of values one after another, as the fields of a record. */
export function sequenceLayout(types: readonly ResolvedType[]): Layout {
  const parts = types.map(layoutOf)
  const end = parts.reduce((size, part) => alignTo(size, part.alignment) + part.size, 0)
  const alignment = greatest(
    1,
    parts.map((part) => part.alignment),
  )
  return {
    size: alignTo(end, alignment),
    alignment,
    flat: cut(parts.flatMap(({ flat }) => flat)),
    weight: parts.reduce((sum, { weight }) => sum + weight, 1),
  }
}

/** Offsets of values one after another. */
export function sequenceOffsets(types: readonly ResolvedType[]): number[] {
  let end = 0
  return types.map((type) => {
    const { size, alignment } = layoutOf(type)
    const offset = alignTo(end, alignment)
    end = offset + size
    return offset
  })
}

/** The types of the parts of a record or tuple; undefined for other types. */
export function partsOf(type: ResolvedType): readonly ResolvedType[] | undefined {
  if (type.kind === 'record') return type.fields.map((field) => field.type)
  return type.kind === 'tuple' ? type.elements : undefined
}

/** The cases of whatever is a variant at heart; undefined for other types. */
export function casesOf(type: ResolvedType): readonly ResolvedCase[] | undefined {
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

/**
 * Whether a type is an option that JavaScript has as its payload or undefined. An option of such a type is tagged, so
 * that its two kinds of nothing can be told apart; an option of a tagged one is not, as jco has it.
 */
export function isNullable(type: ResolvedType): boolean {
  return type.kind === 'option' && !isNullable(type.element)
}

/** Bytes of the discriminant of a variant with that many cases. */
export function discriminantSize(caseCount: number): 1 | 2 | 4 {
  if (caseCount <= 0x100) return 1
  return caseCount <= 0x10000 ? 2 : 4
}

/** Where the payload of a variant starts. */
export function payloadOffset(cases: readonly ResolvedCase[]): number {
  const alignments = cases.map(({ type }) => (type ? layoutOf(type).alignment : 1))
  return alignTo(discriminantSize(cases.length), greatest(1, alignments))
}

/** Whether a value of the type may hold a borrowed handle. */
export function holdsHandle(type: ResolvedType, kind: 'own' | 'borrow'): boolean {
  if (type.kind === kind) return true
  if (type.kind === 'list') return holdsHandle(type.element, kind)
  const parts = partsOf(type) ?? casesOf(type)?.flatMap((entry) => entry.type ?? []) ?? []
  return parts.some((part) => holdsHandle(part, kind))
}

function computeLayout(type: ResolvedType): Layout {
  switch (type.kind) {
    case 'bool':
    case 's8':
    case 'u8':
      return scalar(1, 'i32')
    case 's16':
    case 'u16':
      return scalar(2, 'i32')
    case 's32':
    case 'u32':
    case 'char':
    case 'own':
    case 'borrow':
      return scalar(4, 'i32')
    case 's64':
    case 'u64':
      return scalar(8, 'i64')
    case 'f32':
      return scalar(4, 'f32')
    case 'f64':
      return scalar(8, 'f64')
    case 'string':
      return { size: 8, alignment: 4, flat: ['i32', 'i32'], weight: 1 }
    case 'list':
      return listLayout(type.element, type.length)
    case 'flags':
      return flagsLayout(type.names.length)
    case 'record':
    case 'tuple':
      return sequenceLayout(partsOf(type) ?? [])
    case 'variant':
    case 'enum':
    case 'option':
    case 'result':
      return variantLayout(casesOf(type) ?? [])
    default:
      return type satisfies never
  }
}

function scalar(size: number, flat: FlatType): Layout {
  return { size, alignment: size, flat: [flat], weight: 1 }
}

function listLayout(element: ResolvedType, length: number | undefined): Layout {
  const { size, weight, alignment, flat } = layoutOf(element)
  if (length !== undefined) {
    if (size * length > maxListBytes) throw unsupportedType(`a list of ${length} elements`)
    const repeats = Math.min(length, maxFlatParams + 1)
    return {
      size: size * length,
      alignment,
      flat: cut(Array.from({ length: repeats }, () => flat).flat()),
      weight: weight * repeats + 1,
    }
  }
  if (size === 0) throw unsupportedType('a list of values without size')
  return { size: 8, alignment: 4, flat: ['i32', 'i32'], weight: weight + 1 }
}

function flagsLayout(count: number): Layout {
  if (count === 0 || count > 32) throw unsupportedType(`flags with ${count} names`)
  if (count <= 8) return scalar(1, 'i32')
  return scalar(count <= 16 ? 2 : 4, 'i32')
}

function variantLayout(cases: readonly ResolvedCase[]): Layout {
  if (cases.length === 0) throw unsupportedType('a variant without cases')
  const payloads = cases.flatMap(({ type }) => (type ? [layoutOf(type)] : []))
  const alignment = greatest(
    discriminantSize(cases.length),
    payloads.map((payload) => payload.alignment),
  )
  const size =
    payloadOffset(cases) +
    greatest(
      0,
      payloads.map((payload) => payload.size),
    )
  return {
    size: alignTo(size, alignment),
    alignment,
    flat: cut(['i32', ...payloads.reduce<readonly FlatType[]>(joinFlat, [])]),
    weight: payloads.reduce((sum, { weight }) => sum + weight, cases.length),
  }
}

/** The core values that hold either payload. */
function joinFlat(joined: readonly FlatType[], { flat }: Layout): FlatType[] {
  return Array.from({ length: Math.max(joined.length, flat.length) }, (_, index) =>
    joinTypes(joined[index], flat[index]),
  )
}

function joinTypes(left: FlatType | undefined, right: FlatType | undefined): FlatType {
  if (left === undefined || right === undefined) return left ?? right ?? 'i32'
  if (left === right) return left
  return [left, right].every((type) => type === 'i32' || type === 'f32') ? 'i32' : 'i64'
}

function cut(flat: readonly FlatType[]): readonly FlatType[] {
  return flat.length > maxFlatParams + 1 ? flat.slice(0, maxFlatParams + 1) : flat
}

function greatest(least: number, values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), least)
}

function alignTo(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment
}

function unsupportedType(what: string): AppError {
  return new AppError('COMPONENT_UNSUPPORTED', `Cannot link component: ${what} is not supported`)
}
