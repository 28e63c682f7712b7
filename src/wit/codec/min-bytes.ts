import type { ValueType } from '../model.js'
import { casesOf, partsOf } from '../type-traits.js'

const known = new WeakMap<ValueType, number>()

/** Fewest bytes that a value of the type takes. */
export function minBytesOf(type: ValueType): number {
  const before = known.get(type)
  if (before !== undefined) return before
  const bytes = measure(type)
  known.set(type, bytes)
  return bytes
}

function measure(type: ValueType): number {
  switch (type.kind) {
    case 'f32':
      return 4
    case 'f64':
      return 8
    case 'flags':
      return Math.ceil(type.names.length / 8)
    case 'list':
      return type.length === undefined ? 1 : type.length * minBytesOf(type.element)
    case 'record':
    case 'tuple':
      return (partsOf(type) ?? []).reduce((sum, part) => sum + minBytesOf(part), 0)
    case 'variant':
    case 'enum':
    case 'option':
    case 'result': {
      const payloads = (casesOf(type) ?? []).map((entry) => (entry.type ? minBytesOf(entry.type) : 0))
      return 1 + Math.min(...payloads)
    }
    default:
      return 1
  }
}
