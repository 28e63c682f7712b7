import type { JsonValue } from '../manifest/manifest.js'
import { parseSourceTree, toJsonValue } from '../manifest/source-tree.js'

/**
 * The entries of the JSON object under `field`, in the order of the text. JSON.parse puts keys such as "2" before all
 * others; where that can have happened, the text is read again by a parser that keeps the order.
 */
export function orderedEntries(text: string, field: string): readonly (readonly [string, JsonValue])[] {
  const parsed = JSON.parse(text) as Readonly<Record<string, Readonly<Record<string, JsonValue>>>>
  const entries = Object.entries(parsed[field] ?? {})
  if (!entries.some(([key]) => /^\d+$/.test(key))) return entries
  const root = parseSourceTree(text)
  const node = root.kind === 'map' ? root.entries.get(field)?.value : undefined
  if (node?.kind !== 'map') return entries
  return [...node.entries].map(([key, { value }]) => [key, toJsonValue(value)] as const)
}

/** JSON text of an object with its entries in the given order, whatever the keys. */
export function stringifyEntries(entries: readonly (readonly [string, JsonValue])[]): string {
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`
}
