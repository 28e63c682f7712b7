import type { Definition, SortIndex } from '../binary/definitions.js'
import { invalidComponent, quote } from '../binary/invalid-component.js'
import { exportMismatch } from './core-subtype.js'
import type { Frame } from './frame.js'
import type { CoreExports, CoreExtern } from './types.js'

/** Adds a core instance: of a module, which has to get what it imports, or of exports one by one. */
export function addCoreInstance(
  definition: Extract<Definition, { readonly kind: 'core-instantiate' | 'core-inline-instance' }>,
  frame: Frame,
): void {
  frame.add(
    'core-instance',
    definition.kind === 'core-instantiate'
      ? instantiateModule(definition, frame)
      : inlineExports(definition, frame),
  )
}

function instantiateModule(
  { module, args, offset }: Extract<Definition, { readonly kind: 'core-instantiate' }>,
  frame: Frame,
): CoreExports {
  const { imports, exports } = frame.get('core-module', module, offset)
  const instances = new Map(
    args.map(({ name, instance }) => [name, { exports: frame.get('core-instance', instance, offset) }]),
  )
  frame.budget.spend(imports.size, offset)
  for (const { module: from, name, type } of imports.values()) {
    const given = instances.get(from)
    if (!given) {
      throw invalidComponent(`a core module is instantiated without its import ${quote(from)},`, offset)
    }
    const mismatch = exportMismatch(given.exports, name, type)
    if (mismatch !== undefined) {
      throw invalidComponent(
        `what a core module is given for ${quote(from)} does not fit: ${mismatch},`,
        offset,
      )
    }
  }
  return exports
}

function inlineExports(
  { exports, offset }: Extract<Definition, { readonly kind: 'core-inline-instance' }>,
  frame: Frame,
): CoreExports {
  frame.budget.spend(exports.length, offset)
  const externs = new Map<string, CoreExtern>()
  for (const { name, target } of exports) {
    const extern = coreExternAt(target, frame, offset)
    // One export that is not understood leaves the others to V8 as well.
    if (!extern) return undefined
    externs.set(name, extern)
  }
  return externs
}

function coreExternAt({ sort, index }: SortIndex, frame: Frame, offset: number): CoreExtern | undefined {
  switch (sort) {
    case 'core-function':
      return { kind: 'function', type: frame.get(sort, index, offset) }
    case 'core-tag':
      return { kind: 'tag', type: frame.get(sort, index, offset) }
    case 'core-table': {
      const type = frame.get(sort, index, offset)
      return type && { kind: 'table', ...type }
    }
    case 'core-memory': {
      const type = frame.get(sort, index, offset)
      return type && { kind: 'memory', ...type }
    }
    case 'core-global': {
      const type = frame.get(sort, index, offset)
      return type && { kind: 'global', ...type }
    }
    default:
      throw invalidComponent('a core instance exports what is not of a core sort', offset)
  }
}
