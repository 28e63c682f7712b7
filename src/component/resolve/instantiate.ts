import type { Definition, InlineExport, SortIndex } from '../binary/definitions.js'
import { invalidComponent, quote } from '../binary/invalid-component.js'
import { bindExtern } from './bind-extern.js'
import { type ComponentEntity, type Entity, IndexSpaces } from './entities.js'
import type { ComponentInstanceId, CoreArgument, CoreItem } from './program.js'
import type { Resolution } from './resolution.js'
import { resolveAlias } from './resolve-alias.js'
import { resolveCanon } from './resolve-canon.js'
import { resolveType } from './resolve-type.js'

/** How a component comes by its imports: from the host, for the root, or from the arguments of its instantiation. */
export type Imports =
  | { readonly kind: 'host'; readonly onImport: (name: string, entity: Entity) => void }
  | { readonly kind: 'arguments'; readonly args: ReadonlyMap<string, Entity> }

/** Instantiates a component symbolically and returns its exports, in the order of the binary. */
export function instantiate(
  component: Pick<ComponentEntity, 'definitions'> & { readonly space: IndexSpaces | undefined },
  imports: Imports,
  { resolution, parent }: { readonly resolution: Resolution; readonly parent?: ComponentInstanceId },
): ReadonlyMap<string, Entity> {
  const id = resolution.parents.push(parent) - 1
  const space = new IndexSpaces(id, component.space)
  const frame: Frame = { resolution, space, imports, exports: new Map() }
  for (const definition of component.definitions) {
    resolution.budget.spend(1, definition.offset)
    const entity = define(definition, frame)
    if (entity) space.add(entity)
  }
  return frame.exports
}

/** The instantiation of one component under way. */
interface Frame {
  readonly resolution: Resolution
  readonly space: IndexSpaces
  readonly imports: Imports
  readonly exports: Map<string, Entity>
}

/** What a definition adds to the index spaces; nothing, for a custom section. */
function define(definition: Definition, frame: Frame): Entity | undefined {
  const { resolution, space } = frame
  const { offset } = definition
  switch (definition.kind) {
    case 'custom':
      return undefined
    case 'core-module': {
      const { start, end } = definition
      return { sort: 'core-module', entity: resolution.addModule({ start, end }) }
    }
    case 'core-type':
      return { sort: 'core-type', entity: definition.type.kind }
    case 'component':
      return { sort: 'component', entity: { definitions: definition.definitions, space } }
    case 'core-instantiate':
    case 'core-inline-instance':
      return defineCoreInstance(definition, frame)
    case 'instantiate':
    case 'inline-instance':
      return defineInstance(definition, frame)
    case 'alias-export':
    case 'alias-core-export':
    case 'alias-outer':
      return resolveAlias(definition, space, offset)
    case 'type':
      return { sort: 'type', entity: defineType(definition, frame) }
    case 'lift':
    case 'lower':
    case 'resource-new':
    case 'resource-drop':
    case 'resource-rep':
      return resolveCanon(definition, { space, offset })
    case 'import':
      return defineImport(definition, frame)
    case 'export':
      return defineExport(definition, frame)
    default:
      return definition satisfies never
  }
}

type Of<Kind extends Definition['kind']> = Extract<Definition, { readonly kind: Kind }>

function defineCoreInstance(
  definition: Of<'core-instantiate' | 'core-inline-instance'>,
  { resolution, space }: Frame,
): Entity {
  const { offset } = definition
  resolution.budget.instance(offset)
  if (definition.kind === 'core-inline-instance') {
    resolution.budget.spend(definition.exports.length, offset)
    const items = new Map(
      definition.exports.map(({ name, target }) => [name, coreItem(target, space, offset)]),
    )
    return { sort: 'core-instance', entity: { kind: 'items', items } }
  }
  resolution.budget.spend(definition.args.length, offset)
  const args = definition.args.map(
    ({ name, instance }): CoreArgument => ({ name, from: space.get('core-instance', instance, offset) }),
  )
  const module = space.get('core-module', definition.module, offset)
  const instance = { id: resolution.instances.length, module, args }
  resolution.instances.push(instance)
  return { sort: 'core-instance', entity: { kind: 'instance', instance } }
}

function coreItem({ sort, index }: SortIndex, space: IndexSpaces, offset: number): CoreItem {
  switch (sort) {
    case 'core-function':
    case 'core-table':
    case 'core-memory':
    case 'core-global':
    case 'core-tag':
      return space.get(sort, index, offset)
    default:
      throw invalidComponent('a core instance exports what is not of a core sort', offset)
  }
}

function defineInstance(
  definition: Of<'instantiate' | 'inline-instance'>,
  { resolution, space }: Frame,
): Entity {
  const { offset } = definition
  resolution.budget.instance(offset)
  const entities = (named: readonly InlineExport[]): ReadonlyMap<string, Entity> => {
    resolution.budget.spend(named.length, offset)
    return new Map(named.map(({ name, target }) => [name, space.at(target.sort, target.index, offset)]))
  }
  if (definition.kind === 'inline-instance') {
    return { sort: 'instance', entity: { exports: entities(definition.exports) } }
  }
  const component = space.get('component', definition.component, offset)
  const args = entities(definition.args)
  return {
    sort: 'instance',
    entity: {
      exports: instantiate(component, { kind: 'arguments', args }, { resolution, parent: space.component }),
    },
  }
}

function defineType({ type, offset }: Of<'type'>, { resolution, space }: Frame) {
  const { component } = space
  return resolveType(
    type,
    {
      space,
      sizes: resolution.sizes,
      defineResource: (destructor) => resolution.defineResource(component, destructor),
    },
    offset,
  )
}

function defineImport({ name, type, offset }: Of<'import'>, frame: Frame): Entity {
  const { resolution, space, imports } = frame
  const given = imports.kind === 'arguments' ? argument(name, imports.args, offset) : undefined
  const entity = bindExtern(type, { name, given }, { resolution, space, offset })
  if (imports.kind === 'host') {
    resolution.nameType(entity, { name })
    imports.onImport(name, entity)
  }
  return entity
}

function argument(name: string, args: ReadonlyMap<string, Entity>, offset: number): Entity {
  const given = args.get(name)
  if (!given) {
    throw invalidComponent(`a component is instantiated without its import ${quote(name)},`, offset)
  }
  return given
}

function defineExport({ name, target, type, offset }: Of<'export'>, frame: Frame): Entity {
  const { resolution, space, exports } = frame
  const given = space.at(target.sort, target.index, offset)
  const entity = type ? bindExtern(type, { name, given }, { resolution, space, offset }) : given
  if (entity.sort === 'function') resolution.spendOnFunction(entity.entity.type, offset)
  exports.set(name, entity)
  return entity
}
