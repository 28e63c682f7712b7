import { quote } from '../binary/invalid-component.js'
import { withArticle } from '../binary/scope.js'
import type { Charge } from '../resolve/budget.js'
import { isSameLabel } from '../resolve/same-type.js'
import type { Mismatch } from './core-subtype.js'
import type { FunctionType, Labelled, ValueType } from './types.js'

/** Why two function types are not the same; undefined where they are. Names of parameters count. */
export function functionTypeMismatch(given: FunctionType, wanted: FunctionType, charge: Charge): Mismatch {
  if (given === wanted) return undefined
  return (
    labelledMismatch(given.params, wanted.params, { what: 'parameter', charge }) ??
    within('result', optionalMismatch(given.result, wanted.result, charge))
  )
}

/** Why two value types are not the same; undefined where they are. Subtypes of values are not a thing (yet). */
export function valueMismatch(given: ValueType, wanted: ValueType, charge: Charge): Mismatch {
  if (given === wanted) return undefined
  charge.budget.spend(1, charge.offset)
  switch (given.kind) {
    case 'record':
      if (wanted.kind !== 'record') break
      return labelledMismatch(given.fields, wanted.fields, { what: 'field', charge })
    case 'variant':
      if (wanted.kind !== 'variant') break
      return labelledMismatch(given.cases, wanted.cases, { what: 'case', charge })
    case 'tuple':
      if (wanted.kind !== 'tuple') break
      return elementsMismatch(given.elements, wanted.elements, charge)
    case 'flags':
    case 'enum':
      if (wanted.kind !== given.kind) break
      return given.names.length === wanted.names.length &&
        given.names.every((name, index) => isSameLabel(name, wanted.names[index]))
        ? undefined
        : `the names of ${given.kind} are others`
    case 'list':
      if (wanted.kind !== 'list') break
      if (given.length !== wanted.length) return 'the lengths of lists differ'
      return within('element', valueMismatch(given.element, wanted.element, charge))
    case 'option':
      if (wanted.kind !== 'option') break
      return within('option', valueMismatch(given.element, wanted.element, charge))
    case 'result':
      if (wanted.kind !== 'result') break
      return (
        within('ok', optionalMismatch(given.ok, wanted.ok, charge)) ??
        within('error', optionalMismatch(given.err, wanted.err, charge))
      )
    case 'own':
    case 'borrow':
      if (wanted.kind !== given.kind) break
      return given.resource.resource === wanted.resource.resource ? undefined : 'it is of another resource'
    default:
      if (given.kind === wanted.kind) return undefined
  }
  return `it is ${withArticle(given.kind)} where ${withArticle(wanted.kind)} is asked for`
}

function labelledMismatch(
  given: readonly Labelled<ValueType | undefined>[],
  wanted: readonly Labelled<ValueType | undefined>[],
  { what, charge }: { readonly what: string; readonly charge: Charge },
): Mismatch {
  if (given.length !== wanted.length) {
    return `it has ${given.length} ${what}s where ${wanted.length} are asked for`
  }
  for (const [index, { name, type }] of given.entries()) {
    const expected = wanted[index]
    if (!isSameLabel(name, expected?.name)) {
      return `its ${what} ${quote(name)} is called ${quote(expected?.name ?? '')} where it is asked for`
    }
    const mismatch = within(`${what} ${quote(name)}`, optionalMismatch(type, expected?.type, charge))
    if (mismatch !== undefined) return mismatch
  }
  return undefined
}

function elementsMismatch(
  given: readonly ValueType[],
  wanted: readonly ValueType[],
  charge: Charge,
): Mismatch {
  if (given.length !== wanted.length) {
    return `it has ${given.length} elements where ${wanted.length} are asked for`
  }
  for (const [index, type] of given.entries()) {
    const mismatch = within(`element ${index}`, optionalMismatch(type, wanted[index], charge))
    if (mismatch !== undefined) return mismatch
  }
  return undefined
}

function optionalMismatch(
  given: ValueType | undefined,
  wanted: ValueType | undefined,
  charge: Charge,
): Mismatch {
  if (given && wanted) return valueMismatch(given, wanted, charge)
  if (given === wanted) return undefined
  return given ? 'it has a value where none is asked for' : 'it has no value where one is asked for'
}

function within(what: string, mismatch: Mismatch): Mismatch {
  return mismatch === undefined ? undefined : `${what}: ${mismatch}`
}
