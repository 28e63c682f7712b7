import type { ExplainedImport } from '../../host/engine/explain-imports.js'
import type { World } from '../../wit/model.js'

/** What a component is, as `inspect` shows it. */
export interface InspectedComponent {
  readonly world: World
  readonly bytes: number
  /** What satisfies each of its imports. */
  readonly imports: readonly ExplainedImport[]
}

/** What a component needs and offers, and its size. */
export function renderWorld({ world, bytes, imports }: InspectedComponent): string {
  const width = Math.max(0, ...imports.map(({ name }) => name.length))
  return [
    `Component, ${(bytes / 1024).toFixed(0)} KiB`,
    list(
      'Imports',
      imports.map((one) => `${one.name.padEnd(width)}  ${describeImport(one)}`),
    ),
    list(
      'Exports',
      world.exports.map(({ name }) => name),
    ),
  ].join('\n\n')
}

/** The same for programs. */
export function toWorldDocument({ world, bytes, imports }: InspectedComponent): object {
  return {
    bytes,
    imports: imports.map(({ name }) => name),
    exports: world.exports.map(({ name }) => name),
    satisfiedBy: imports,
  }
}

function describeImport(explained: ExplainedImport): string {
  switch (explained.kind) {
    case 'built-in':
      return 'built in'
    case 'link':
      return `link for ${explained.link}`
    case 'unsatisfiable':
      return `cannot be satisfied: ${explained.reason}`
    default:
      return explained satisfies never
  }
}

function list(title: string, items: readonly string[]): string {
  return [title, ...(items.length === 0 ? ['  none'] : items.map((item) => `  ${item}`))].join('\n')
}
