import type { Budget } from './budget.js'
import type { FunctionType, ResolvedCase, ResolvedField, ResolvedType } from './program.js'

/** Whether two functions have the same parameters, by name and type, and the same result. */
export function isSameFunctionType(one: FunctionType, other: FunctionType, context: Comparison): boolean {
  return (
    one === other ||
    (areSameFields(one.params, other.params, context) && isSameOptional(one.result, other.result, context))
  )
}

/** What a comparison is charged to. */
export interface Comparison {
  readonly budget: Budget
  readonly offset: number
}

/** Whether two value types are the same: in structure, and by identity where it comes to resources. */
export function isSameType(one: ResolvedType, other: ResolvedType, context: Comparison): boolean {
  if (one === other) return true
  context.budget.spend(1, context.offset)
  switch (one.kind) {
    case 'record':
      return other.kind === 'record' && areSameFields(one.fields, other.fields, context)
    case 'variant':
      return other.kind === 'variant' && areSameCases(one.cases, other.cases, context)
    case 'tuple':
      return (
        other.kind === 'tuple' && haveSame(one.elements, other.elements, (a, b) => isSameType(a, b, context))
      )
    case 'flags':
    case 'enum':
      return other.kind === one.kind && haveSame(one.names, other.names, isSameLabel)
    case 'list':
      return (
        other.kind === 'list' &&
        one.length === other.length &&
        isSameType(one.element, other.element, context)
      )
    case 'option':
      return other.kind === 'option' && isSameType(one.element, other.element, context)
    case 'result':
      return (
        other.kind === 'result' &&
        isSameOptional(one.ok, other.ok, context) &&
        isSameOptional(one.err, other.err, context)
      )
    case 'own':
    case 'borrow':
      return other.kind === one.kind && one.resource === other.resource
    default:
      return one.kind === other.kind
  }
}

function areSameFields(
  one: readonly ResolvedField[],
  other: readonly ResolvedField[],
  context: Comparison,
): boolean {
  return haveSame(one, other, (a, b) => isSameLabel(a.name, b.name) && isSameType(a.type, b.type, context))
}

function areSameCases(
  one: readonly ResolvedCase[],
  other: readonly ResolvedCase[],
  context: Comparison,
): boolean {
  return haveSame(
    one,
    other,
    (a, b) => isSameLabel(a.name, b.name) && isSameOptional(a.type, b.type, context),
  )
}

/** Labels that differ in case only are the same. */
export function isSameLabel(one: string, other: string | undefined): boolean {
  return one === other || one.toLowerCase() === other?.toLowerCase()
}

function isSameOptional(
  one: ResolvedType | undefined,
  other: ResolvedType | undefined,
  context: Comparison,
): boolean {
  return one === undefined || other === undefined ? one === other : isSameType(one, other, context)
}

function haveSame<Item>(
  one: readonly Item[],
  other: readonly Item[],
  isSame: (a: Item, b: Item) => boolean,
): boolean {
  return one.length === other.length && one.every((item, index) => isSame(item, other[index] as Item)) // lengths equal
}
