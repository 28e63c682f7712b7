import type { Definition } from '../binary/definitions.js'
import { unrunnableComponent } from '../binary/invalid-component.js'
import type { Entity, InstanceEntity } from './entities.js'
import { instantiate } from './instantiate.js'
import type { InstanceItem, ResolvedComponent, ResolvedInstance, RootItem } from './program.js'
import { Resolution } from './resolution.js'

/**
 * Resolves the definitions of a component, which validateComponent() has accepted, to a flat program. Throws
 * COMPONENT_UNSUPPORTED, with the offset, where they ask for too much or for what washi does not run, and
 * COMPONENT_INVALID where they do not fit together after all.
 */
export function resolveComponent(definitions: readonly Definition[]): ResolvedComponent {
  const resolution = new Resolution()
  const imports: RootItem[] = []
  const onImport = (name: string, entity: Entity): void => {
    imports.push(...rootItem(name, entity))
  }
  const root = instantiate({ definitions, space: undefined }, { kind: 'host', onImport }, { resolution })
  refuseWitPackage(definitions, root)
  for (const [name, entity] of root) nameExport(name, entity, resolution)
  return {
    modules: resolution.modules,
    instances: resolution.instances,
    resources: resolution.resources,
    componentCount: resolution.parents.length,
    parents: resolution.parents,
    imports,
    exports: [...root].flatMap(([name, entity]) => rootItem(name, entity)),
    typeNames: resolution.typeNames,
  }
}

/** A package of WIT in binary form looks like a component, but exports types of components and nothing that runs. */
function refuseWitPackage(definitions: readonly Definition[], root: ReadonlyMap<string, Entity>): void {
  for (const definition of definitions) {
    if (definition.kind !== 'export') continue
    const exported = root.get(definition.name)
    if (exported?.sort !== 'type' || exported.entity.kind !== 'component-type') continue
    throw unrunnableComponent('it is a package of WIT, not a component that runs,', definition.offset)
  }
}

/** The item of an import or export of the root; none for what the outside has no use for. */
function rootItem(name: string, { sort, entity }: Entity): readonly RootItem[] {
  switch (sort) {
    case 'function':
      return [{ kind: 'function', name, function: entity }]
    case 'instance':
      return [{ kind: 'instance', name, instance: toInstance(entity) }]
    default:
      return []
  }
}

function toInstance({ exports }: InstanceEntity): ResolvedInstance {
  const items = new Map<string, InstanceItem>()
  for (const [name, entity] of exports) {
    const item = toItem(entity)
    if (item) items.set(name, item)
  }
  return { exports: items }
}

function toItem({ sort, entity }: Entity): InstanceItem | undefined {
  switch (sort) {
    case 'function':
      return { kind: 'function', function: entity }
    case 'instance':
      return { kind: 'instance', instance: toInstance(entity) }
    case 'type':
      if (entity.kind === 'value') return { kind: 'type', type: entity.type }
      return entity.kind === 'resource' ? { kind: 'resource', resource: entity.resource } : undefined
    default:
      return undefined
  }
}

/** Gives the types of an exported interface, or a type that the world itself exports, their names. */
function nameExport(name: string, exported: Entity, resolution: Resolution): void {
  resolution.nameType(exported, { name })
  if (exported.sort !== 'instance') return
  for (const [typeName, type] of exported.entity.exports) {
    resolution.nameType(type, { name: typeName, interface: name })
  }
}
