import type { CoreFunctionType, CoreLimits, CoreValueType } from '../binary/definitions.js'
import { quote } from '../binary/invalid-component.js'
import type { CoreExports, CoreExtern, ModuleType } from './types.js'

/**
 * Why a core module or what one exports cannot be used where another type is asked for; undefined where it can.
 * Types that are not understood pass: V8 tells when it instantiates.
 */
export type Mismatch = string | undefined

/** Whether a core module can be used as one of type `wanted`. */
export function moduleMismatch(given: ModuleType, wanted: ModuleType): Mismatch {
  for (const [key, { module, name, type }] of given.imports) {
    const provided = wanted.imports.get(key)
    if (!provided)
      return `it imports ${quote(name)} of ${quote(module)}, which is not among the imports asked for`
    const mismatch = coreMismatch(provided.type, type)
    if (mismatch !== undefined) return `its import ${quote(name)} of ${quote(module)}: ${mismatch}`
  }
  for (const [name, type] of wanted.exports ?? []) {
    const mismatch = exportMismatch(given.exports, name, type)
    if (mismatch !== undefined) return mismatch
  }
  return undefined
}

/** Whether exports have one of that name that can be used as `wanted`. */
export function exportMismatch(exports: CoreExports, name: string, wanted: CoreExtern): Mismatch {
  if (!exports) return undefined
  const given = exports.get(name)
  if (!given) return `it does not export ${quote(name)}`
  const mismatch = coreMismatch(given, wanted)
  return mismatch === undefined ? undefined : `its export ${quote(name)}: ${mismatch}`
}

/** Whether `given` can be used as `wanted`. */
export function coreMismatch(given: CoreExtern, wanted: CoreExtern): Mismatch {
  switch (given.kind) {
    case 'function':
    case 'tag':
      if (wanted.kind !== given.kind) break
      return functionMismatch(given.type, wanted.type)
    case 'table':
      if (wanted.kind !== 'table') break
      if (!isSameValue(given.element, wanted.element)) {
        return `it is a table of ${given.element} where one of ${wanted.element} is asked for`
      }
      return limitsMismatch(given.limits, wanted.limits)
    case 'memory':
      if (wanted.kind !== 'memory') break
      return limitsMismatch(given.limits, wanted.limits)
    case 'global':
      if (wanted.kind !== 'global') break
      if (given.isMutable !== wanted.isMutable) return 'one global is mutable and the other is not'
      return isSameValue(given.type, wanted.type)
        ? undefined
        : `it is a global of type ${given.type} where one of type ${wanted.type} is asked for`
    default:
      return given satisfies never
  }
  return `it is a ${given.kind} where a ${wanted.kind} is asked for`
}

/** Whether two core functions have one type. */
export function functionMismatch(
  given: CoreFunctionType | undefined,
  wanted: CoreFunctionType | undefined,
): Mismatch {
  if (!given || !wanted) return undefined
  if (areSame(given.params, wanted.params) && areSame(given.results, wanted.results)) return undefined
  return `it has the type ${describe(given)} where ${describe(wanted)} is asked for`
}

/** A function type as it is called in messages: `(i32, i32) -> (i32)`. */
export function describe({ params, results }: CoreFunctionType): string {
  return `(${params.join(', ')}) -> (${results.join(', ')})`
}

function areSame(one: readonly CoreValueType[], other: readonly CoreValueType[]): boolean {
  return one.length === other.length && one.every((type, index) => isSameValue(type, other[index] ?? ''))
}

/** Typed references may be of any type as far as is seen here. */
function isSameValue(one: CoreValueType, other: CoreValueType): boolean {
  const isTyped = (type: CoreValueType): boolean => type === 'ref' || /^0x/.test(type)
  const isReference = (type: CoreValueType): boolean => isTyped(type) || type.endsWith('ref')
  return one === other || ((isTyped(one) || isTyped(other)) && isReference(one) && isReference(other))
}

function limitsMismatch(given: CoreLimits, wanted: CoreLimits): Mismatch {
  if (given.isShared !== wanted.isShared) return 'one is shared and the other is not'
  if (given.is64 !== wanted.is64) return 'one has addresses of 64 bits and the other has not'
  if (given.is64) return undefined
  if (given.minimum < wanted.minimum)
    return `it has at least ${given.minimum} where ${wanted.minimum} are asked for`
  if (wanted.maximum === undefined) return undefined
  if (given.maximum !== undefined && given.maximum <= wanted.maximum) return undefined
  return `it has at most ${given.maximum ?? 'any number'} where no more than ${wanted.maximum} are asked for`
}
