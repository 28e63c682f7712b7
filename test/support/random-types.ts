import type { Field, PrimitiveKind, ValueType } from '#washi/wit/model.js'

const primitives: readonly PrimitiveKind[] = [
  ...(['bool', 's8', 'u8', 's16', 'u16', 's32', 'u32', 's64', 'u64'] as const),
  ...(['f32', 'f64', 'char', 'string'] as const),
]

const labels = ['a', 'field-two', 'x-y-z', 'n0', 'long-label', 'end', 'kebab-1', 'q', 'r', 'some-thing']

/** A random value type without resources, at most `depth` levels deep. */
export function randomType(random: () => number, depth: number): ValueType {
  const below = (limit: number): number => Math.floor(random() * limit)
  const inner = (): ValueType => randomType(random, depth - 1)
  const names = (least: number, most: number): string[] => namesOf(least + below(most - least))
  const maybe = (): ValueType | undefined => (random() < 0.6 ? inner() : undefined)
  if (depth === 0 || random() < 0.35) return { kind: primitives[below(primitives.length)] ?? 'u8' }
  switch (below(9)) {
    case 0:
      return { kind: 'record', fields: names(1, 6).map((name): Field => ({ name, type: inner() })) }
    case 1:
      return { kind: 'tuple', elements: Array.from({ length: 1 + below(4) }, inner) }
    case 2:
      return { kind: 'variant', cases: names(1, 6).map((name) => ({ name, type: maybe() })) }
    case 3:
      return { kind: 'enum', names: names(1, 300) }
    case 4:
      return { kind: 'flags', names: names(1, 32) }
    case 5:
      return { kind: 'option', element: inner() }
    case 6:
      return { kind: 'result', ok: maybe(), err: maybe() }
    default:
      return { kind: 'list', element: inner() }
  }
}

function namesOf(count: number): string[] {
  return Array.from(
    { length: count },
    (_, index) => labels[index] ?? `case-${String(index)}`.replace(/-(\d)/, '-n$1'),
  )
}
