import type { AliasDefinition, CoreSpace } from '../binary/definitions.js'
import { invalidComponent, quote } from '../binary/invalid-component.js'
import { sortName } from '../binary/scope.js'
import type { Entity, IndexSpaces } from './entities.js'
import type { CoreItem, CoreNamespace, CoreSort } from './program.js'

/** The entity that an alias stands for. */
export function resolveAlias(alias: AliasDefinition, space: IndexSpaces, offset: number): Entity {
  switch (alias.kind) {
    case 'alias-outer':
      return space.outer(alias.depth, offset).at(alias.sort, alias.index, offset)
    case 'alias-export': {
      const { exports } = space.get('instance', alias.instance, offset)
      const entity = exports.get(alias.name)
      if (entity?.sort !== alias.sort) {
        throw invalidComponent(
          `instance ${alias.instance} exports no ${sortName(alias.sort)} ${quote(alias.name)}`,
          offset,
        )
      }
      return entity
    }
    case 'alias-core-export': {
      const from = space.get('core-instance', alias.instance, offset)
      return resolveCoreExport(from, alias, offset)
    }
    default:
      return alias satisfies never
  }
}

const coreSorts: Readonly<Partial<Record<CoreSpace, CoreSort>>> = {
  'core-function': 'function',
  'core-table': 'table',
  'core-memory': 'memory',
  'core-global': 'global',
  'core-tag': 'tag',
}

function resolveCoreExport(
  from: CoreNamespace,
  { sort: space, name, instance }: Extract<AliasDefinition, { readonly kind: 'alias-core-export' }>,
  offset: number,
): Entity {
  const sort = coreSorts[space]
  const missing = (): Error =>
    invalidComponent(`core instance ${instance} exports no ${sortName(space)} ${quote(name)}`, offset)
  if (sort === undefined) throw missing()
  if (from.kind === 'instance') {
    return coreEntity({ kind: 'export', instance: from.instance, name, sort })
  }
  const item = from.items.get(name)
  if (!item || coreSortOf(item) !== sort) throw missing()
  return coreEntity(item)
}

/** The sort of a core item. */
export function coreSortOf(item: CoreItem): CoreSort {
  return item.kind === 'export' ? item.sort : 'function'
}

/** A core item with the sort of its index space. */
function coreEntity(item: CoreItem): Entity {
  if (item.kind !== 'export') return { sort: 'core-function', entity: item }
  switch (item.sort) {
    case 'function':
      return { sort: 'core-function', entity: item }
    case 'table':
    case 'memory':
    case 'global':
    case 'tag':
      return { sort: `core-${item.sort}`, entity: item } as Entity // the sort of an export names its space
    default:
      return item.sort satisfies never
  }
}
