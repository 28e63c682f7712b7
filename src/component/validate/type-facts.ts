import type { PrimitiveKind } from '../../wit/model.js'
import { invalidComponent } from '../binary/invalid-component.js'
import { partsOf, type TypeFacts, type ValueType } from './types.js'

/** A type written out in full has at most this many parts, and lies in itself at most this deep: limits of wasmtime. */
const maxSize = 1_000_000
const maxDepth = 100

/** The sum of sizes of types, which is refused where it is too great. */
export function addSizes(one: number, other: number, offset: number): number {
  const size = one + other
  if (size > maxSize) throw invalidComponent(`a type has more than ${maxSize} parts`, offset)
  return size
}

type WithoutFacts<Type> = Type extends ValueType ? Omit<Type, 'facts'> : never

/** A value type with what is known of it as a whole; refuses one that is too great. */
export function valueType(shape: WithoutFacts<ValueType>, offset: number): ValueType {
  const type = { ...shape, facts: leaf(false, false) } as ValueType // Omit loses that the shape is of the union
  const { kind } = type
  let { size, depth, hasBorrow, hasPointer } = leaf(
    kind === 'borrow',
    kind === 'string' || (kind === 'list' && type.length === undefined),
  )
  for (const { facts } of partsOf(type)) {
    size = addSizes(size, facts.size, offset)
    depth = Math.max(depth, facts.depth + 1)
    hasBorrow ||= facts.hasBorrow
    hasPointer ||= facts.hasPointer
  }
  if (depth > maxDepth) throw invalidComponent(`a type lies in itself deeper than ${maxDepth}`, offset)
  return { ...type, facts: { size, depth, hasBorrow, hasPointer } }
}

/** The primitive type of that kind. */
export function primitiveType(kind: PrimitiveKind): ValueType {
  return kind === 'string' ? text : { kind, facts: number }
}

function leaf(hasBorrow: boolean, hasPointer: boolean): TypeFacts {
  return { size: 1, depth: 1, hasBorrow, hasPointer }
}

const number = leaf(false, false)
const text: ValueType = { kind: 'string', facts: leaf(false, true) }
