import { mutate } from './mutate.js'

const oddTexts = [
  ...['', ' ', '.', '*', '>', 'a.b', '$KV', 'SECRET_x', 'hostcore.arch', '__proto__', 'constructor', 'NULL'],
  ...[
    '\u0000',
    '\u0001',
    'é',
    '\u{1f600}',
    '\ud800',
    'x'.repeat(3000),
    '../..',
    'file:///',
    'oci://',
    '{}',
    '-1',
  ],
]
const oddValues: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 1e308, 2 ** 32, 2 ** 53, [], {}, [null], [[]], [{}], { a: null }],
]

/** JSON text of the value after one to four changes: of values, fields, types or bytes. Often it is no JSON any more. */
export function mutateJson(value: unknown, random: () => number): Uint8Array {
  let mutated = value
  for (let left = 1 + Math.floor(random() * 4); left > 0; left -= 1) mutated = changed(mutated, random)
  const bytes = new TextEncoder().encode(asciiJson(mutated))
  return random() < 0.3 && bytes.length > 8 ? mutate(bytes, random) : bytes
}

/** Half characters survive as escapes only. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value) ?? ''
}

function changed(value: unknown, random: () => number): unknown {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
  if (random() < 0.15) return random() < 0.6 ? pick(oddTexts) : pick(oddValues)
  if (typeof value === 'string') return random() < 0.5 ? pick(oddTexts) : value + pick(oddTexts)
  if (Array.isArray(value)) {
    if (value.length === 0 || random() < 0.3)
      return [...(value as unknown[]), pick([...oddTexts, ...oddValues])]
    const at = Math.floor(random() * value.length)
    return value.map((item: unknown, index) => (index === at ? changed(item, random) : item))
  }
  if (typeof value !== 'object' || value === null) return pick([...oddTexts, ...oddValues])
  const entries = Object.entries(value)
  const at = Math.floor(random() * entries.length)
  if (random() < 0.15) return Object.fromEntries(entries.filter((_entry, index) => index !== at))
  if (random() < 0.15) return Object.fromEntries([...entries, [pick(oddTexts), pick(oddValues)]])
  return Object.fromEntries(
    entries.map(([name, item], index) => [name, index === at ? changed(item, random) : item]),
  )
}
