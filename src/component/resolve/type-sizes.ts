import { unrunnableComponent, invalidComponent } from '../binary/invalid-component.js'
import type { ResolvedType } from './program.js'

/** A type written out in full has at most this many parts, and lies in itself at most this deep. */
const maxParts = 100_000
const maxDepth = 100

/** What is known of a type as a whole. */
export interface TypeSize {
  /** How many types it consists of, itself included, where a type that is used twice counts twice. */
  readonly parts: number
  readonly depth: number
}

/** Measures types, each once, and refuses those that are too great to be written out. */
export class TypeSizes {
  readonly #known = new Map<ResolvedType, TypeSize>()

  /** The size of a type, of which the parts are measured already where they come from an index. */
  measure(type: ResolvedType, offset: number): TypeSize {
    const known = this.#known.get(type)
    if (known) return known
    const parts = partsOf(type).map((part) => this.measure(part, offset))
    const size: TypeSize = {
      parts: parts.reduce((sum, part) => sum + part.parts, 1),
      depth: parts.reduce((most, part) => Math.max(most, part.depth), 0) + 1,
    }
    if (size.parts > maxParts) throw unrunnableComponent(`a type has more than ${maxParts} parts`, offset)
    if (size.depth > maxDepth) throw invalidComponent(`a type lies in itself deeper than ${maxDepth}`, offset)
    this.#known.set(type, size)
    return size
  }
}

/** The types that a type directly consists of. */
export function partsOf(type: ResolvedType): readonly ResolvedType[] {
  switch (type.kind) {
    case 'record':
      return type.fields.map((field) => field.type)
    case 'variant':
      return type.cases.flatMap((each) => each.type ?? [])
    case 'tuple':
      return type.elements
    case 'list':
    case 'option':
      return [type.element]
    case 'result':
      return [type.ok, type.err].flatMap((each) => each ?? [])
    default:
      return []
  }
}
