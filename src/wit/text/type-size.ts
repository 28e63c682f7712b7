import type { ValueType } from '../model.js'

/** As for types of components: written out in full they have at most so many parts, at most that deep. */
const maxParts = 100_000
const maxDepth = 100

interface Size {
  readonly parts: number
  readonly depth: number
}

/** Measures types, each once: types that are used twice count twice, as whoever writes them out would find. */
export class TypeSizes {
  readonly #known = new WeakMap<ValueType, Size>()

  /** What is wrong with the size of a type of which the parts were checked; undefined where nothing is. */
  check(type: ValueType): string | undefined {
    const { parts, depth } = this.#measure(type)
    if (parts > maxParts) return `the type has more than ${maxParts} parts`
    return depth > maxDepth ? `the type lies in itself deeper than ${maxDepth}` : undefined
  }

  #measure(type: ValueType): Size {
    const known = this.#known.get(type)
    if (known) return known
    const sizes = directParts(type).map((part) => this.#measure(part))
    const size: Size = {
      parts: sizes.reduce((sum, { parts }) => sum + parts, 1),
      depth: sizes.reduce((most, { depth }) => Math.max(most, depth), 0) + 1,
    }
    this.#known.set(type, size)
    return size
  }
}

/** The types that a type directly consists of. */
export function directParts(type: ValueType): readonly ValueType[] {
  switch (type.kind) {
    case 'record':
      return type.fields.map((field) => field.type)
    case 'variant':
      return type.cases.flatMap((one) => one.type ?? [])
    case 'tuple':
      return type.elements
    case 'list':
    case 'option':
      return [type.element]
    case 'result':
      return [type.ok, type.err].flatMap((one) => one ?? [])
    case 'stream':
    case 'future':
      return type.element ? [type.element] : []
    default:
      return []
  }
}
