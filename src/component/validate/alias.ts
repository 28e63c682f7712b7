import type { AliasDefinition } from '../binary/definitions.js'
import { invalidComponent, quote } from '../binary/invalid-component.js'
import { sortName } from '../binary/scope.js'
import type { Frame, TypeOf } from './frame.js'
import { freeResourcesOf } from './free-resources.js'
import type { CoreExtern } from './types.js'

/** Adds what an alias stands for. */
export function addAlias(alias: AliasDefinition, frame: Frame, offset: number): void {
  checkKind(alias, frame, offset)
  switch (alias.kind) {
    case 'alias-outer':
      addOuter(alias, frame, offset)
      return
    case 'alias-export': {
      const { exports } = frame.get('instance', alias.instance, offset)
      const extern = exports.get(alias.name)
      if (extern?.sort !== alias.sort) {
        throw invalidComponent(
          `instance ${alias.instance} exports no ${sortName(alias.sort)} ${quote(alias.name)}`,
          offset,
        )
      }
      frame.addExtern(extern)
      return
    }
    case 'alias-core-export':
      addCoreExport(alias, frame, offset)
      return
    default:
      alias satisfies never
  }
}

/** Types declare types: of all aliases, only those of types and instances have a use in them. */
function checkKind(alias: AliasDefinition, frame: Frame, offset: number): void {
  if (frame.kind === 'component') return
  const isAllowed =
    (alias.kind === 'alias-export' && (alias.sort === 'type' || alias.sort === 'instance')) ||
    (alias.kind === 'alias-outer' && (alias.sort === 'type' || alias.sort === 'core-type'))
  if (isAllowed) return
  throw invalidComponent('an alias within a type is of something else than a type or an instance,', offset)
}

function addOuter(
  { sort, depth, index }: Extract<AliasDefinition, { readonly kind: 'alias-outer' }>,
  frame: Frame,
  offset: number,
): void {
  const outer = frame.outer(depth, offset)
  switch (sort) {
    case 'core-module':
      frame.add(sort, outer.get(sort, index, offset))
      return
    case 'core-type':
      frame.add(sort, outer.get(sort, index, offset))
      return
    case 'component':
      frame.add(sort, outer.get(sort, index, offset))
      return
    case 'type':
      frame.add(sort, outerType({ depth, index }, frame, offset))
      return
    default:
      throw invalidComponent(`a ${sortName(sort)} cannot be taken from an outer component`, offset)
  }
}

/** A component is closed: what it takes from outside must not speak of resources, of which each instance has others. */
function outerType(
  { depth, index }: { readonly depth: number; readonly index: number },
  frame: Frame,
  offset: number,
): TypeOf['type'] {
  const type = frame.outer(depth, offset).get('type', index, offset)
  const isBeyondComponent = depth > 0 && frame.outer(depth - 1, offset).kind === 'component'
  if (isBeyondComponent && freeResourcesOf(type, { budget: frame.budget, offset }).size > 0) {
    throw invalidComponent(
      'an outer alias is of a type that speaks of a resource of the outer component,',
      offset,
    )
  }
  return type
}

function addCoreExport(
  { sort, instance, name }: Extract<AliasDefinition, { readonly kind: 'alias-core-export' }>,
  frame: Frame,
  offset: number,
): void {
  const exports = frame.get('core-instance', instance, offset)
  const extern = exports?.get(name)
  const missing = (): Error =>
    invalidComponent(`core instance ${instance} exports no ${sortName(sort)} ${quote(name)}`, offset)
  // What is not understood is for V8 to refuse.
  if (exports && `core-${extern?.kind ?? ''}` !== sort) throw missing()
  switch (sort) {
    case 'core-function':
    case 'core-tag':
      frame.add(sort, (extern as Extract<CoreExtern, { kind: 'function' | 'tag' }> | undefined)?.type) // as checked
      return
    case 'core-table':
    case 'core-memory':
    case 'core-global':
      frame.add(sort, extern as never) // as checked
      return
    default:
      throw missing()
  }
}
