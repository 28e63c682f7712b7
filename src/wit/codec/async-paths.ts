import type { ValueType } from '../model.js'
import { casesOf, partsOf } from '../type-traits.js'

/**
 * Index paths of the streams and futures in a type that is at `path`: indices of fields and elements; options, results and
 * variants add none (reference of the protocol, section 3).
 */
export function asyncPathsOf(type: ValueType, path: string): string[] {
  if (type.kind === 'stream' || type.kind === 'future') return [path]
  const parts = partsOf(type)
  if (parts) return parts.flatMap((part, index) => asyncPathsOf(part, `${path}.${index}`))
  const payloads = (casesOf(type) ?? []).flatMap((entry) =>
    entry.type ? asyncPathsOf(entry.type, path) : [],
  )
  return [...new Set(payloads)]
}
