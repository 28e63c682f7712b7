import type { CoreFunctionType, CoreValueType } from '../binary/definitions.js'
import type { FunctionType, ValueType } from './types.js'

/** Parameters past this many core values are passed in memory; results past one. */
const maxFlatParams = 16
const maxFlatResults = 1

/** A function type as core values, and what passing them asks of a lift or lower. */
export interface Flattened {
  readonly type: CoreFunctionType
  readonly needsMemory: boolean
  readonly needsRealloc: boolean
}

/** The core type of a function that is lifted to `type`, which writes parameters to memory that it allocates. */
export function flattenLift({ params, result }: FunctionType): Flattened {
  const flatParams = flattenAll(
    params.map(({ type }) => type),
    maxFlatParams,
  )
  const flatResult = flattenAll(result ? [result] : [], maxFlatResults)
  const needsRealloc = flatParams === undefined || params.some(({ type }) => type.facts.hasPointer)
  return {
    type: { params: flatParams ?? ['i32'], results: flatResult ?? ['i32'] },
    needsMemory: needsRealloc || flatResult === undefined,
    needsRealloc,
  }
}

/** The core type of a function of type `type` that is lowered: what its result points to has to be allocated. */
export function flattenLower({ params, result }: FunctionType): Flattened {
  const flatParams = flattenAll(
    params.map(({ type }) => type),
    maxFlatParams,
  )
  const flatResult = flattenAll(result ? [result] : [], maxFlatResults)
  const needsRealloc = result?.facts.hasPointer === true
  const needsMemory =
    needsRealloc ||
    flatParams === undefined ||
    flatResult === undefined ||
    params.some(({ type }) => type.facts.hasPointer)
  return {
    type: {
      params: [...(flatParams ?? ['i32']), ...(flatResult ? [] : (['i32'] as const))],
      results: flatResult ?? [],
    },
    needsMemory,
    needsRealloc,
  }
}

function flattenAll(types: readonly ValueType[], limit: number): readonly CoreValueType[] | undefined {
  const flat: CoreValueType[] = []
  return types.every((type) => flatten(type, flat, limit)) ? flat : undefined
}

/** Appends the core values of a type; false as soon as there are more than `limit`. */
function flatten(type: ValueType, flat: CoreValueType[], limit: number): boolean {
  const push = (...added: CoreValueType[]): boolean => flat.push(...added) <= limit
  switch (type.kind) {
    case 's64':
    case 'u64':
      return push('i64')
    case 'f32':
    case 'f64':
      return push(type.kind)
    case 'string':
      return push('i32', 'i32')
    case 'list':
      if (type.length === undefined) return push('i32', 'i32')
      for (let index = 0; index < type.length; index++) {
        if (!flatten(type.element, flat, limit)) return false
      }
      return true
    case 'record':
      return type.fields.every((field) => flatten(field.type, flat, limit))
    case 'tuple':
      return type.elements.every((element) => flatten(element, flat, limit))
    case 'variant':
      return flattenCases(
        type.cases.map((each) => each.type),
        flat,
        limit,
      )
    case 'option':
      return flattenCases([type.element], flat, limit)
    case 'result':
      return flattenCases([type.ok, type.err], flat, limit)
    default:
      return push('i32')
  }
}

function flattenCases(
  cases: readonly (ValueType | undefined)[],
  flat: CoreValueType[],
  limit: number,
): boolean {
  const start = flat.push('i32')
  if (start > limit) return false
  return cases.every((type) => {
    const own: CoreValueType[] = []
    if (type && !flatten(type, own, limit - start)) return false
    own.forEach((value, index) => {
      const before = flat[start + index]
      flat[start + index] = before === undefined ? value : join(before, value)
    })
    return true
  })
}

/** The core type that holds values of both. */
function join(one: CoreValueType, other: CoreValueType): CoreValueType {
  if (one === other) return one
  const are32 = (one === 'i32' && other === 'f32') || (one === 'f32' && other === 'i32')
  return are32 ? 'i32' : 'i64'
}
