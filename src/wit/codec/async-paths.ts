import type { ValueType } from '../model.js'
import { casesOf, partsOf } from '../type-traits.js'

/** Kept, since types may share parts many times over. */
const known = new WeakMap<ValueType, boolean>()

/** Whether a stream or future is in a type, at a place that has a path. */
export function hasAsyncPaths(type: ValueType): boolean {
  const before = known.get(type)
  if (before !== undefined) return before
  const found =
    type.kind === 'stream' ||
    type.kind === 'future' ||
    (partsOf(type)?.some(hasAsyncPaths) ?? false) ||
    (casesOf(type)?.some((entry) => entry.type !== undefined && hasAsyncPaths(entry.type)) ?? false)
  known.set(type, found)
  return found
}

/**
 * Index paths of the streams and futures in a type that is at `path`: indices of fields and elements; options, results and
 * variants add none (reference of the protocol, section 3).
 */
export function asyncPathsOf(type: ValueType, path: string): string[] {
  if (!hasAsyncPaths(type)) return []
  if (type.kind === 'stream' || type.kind === 'future') return [path]
  const parts = partsOf(type)
  if (parts) return parts.flatMap((part, index) => asyncPathsOf(part, `${path}.${index}`))
  const payloads = (casesOf(type) ?? []).flatMap((entry) =>
    entry.type ? asyncPathsOf(entry.type, path) : [],
  )
  return [...new Set(payloads)]
}
