import type { World, WorldItem } from '../../wit/model.js'

/** What a component needs and offers, and its size. */
export function renderWorld({ imports, exports }: World, bytes: number): string {
  return [
    `Component, ${(bytes / 1024).toFixed(0)} KiB`,
    list('Imports', imports),
    list('Exports', exports),
  ].join('\n\n')
}

/** The same for programs. */
export function toWorldDocument({ imports, exports }: World, bytes: number): object {
  return { bytes, imports: imports.map(({ name }) => name), exports: exports.map(({ name }) => name) }
}

function list(title: string, items: readonly WorldItem[]): string {
  return [title, ...(items.length === 0 ? ['  none'] : items.map(({ name }) => `  ${name}`))].join('\n')
}
