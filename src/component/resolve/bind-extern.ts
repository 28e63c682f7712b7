import type { Declaration, ExternType } from '../binary/definitions.js'
import { invalidComponent, quote, unsupportedComponent } from '../binary/invalid-component.js'
import { sortName, withArticle } from '../binary/scope.js'
import { type Entity, IndexSpaces, type InstanceEntity, type TypeEntity } from './entities.js'
import type { Resolution } from './resolution.js'
import { resolveAlias } from './resolve-alias.js'
import { describeType, resolveType } from './resolve-type.js'
import { isSameFunctionType, isSameType } from './same-type.js'

/**
 * Where the things that an import asks for come from: `undefined` for the imports of the root, which the host
 * provides; an entity for those of a nested component, which has to be what the import asks for.
 */
export interface Supply {
  readonly name: string
  /** The interface that `name` belongs to, if it does. */
  readonly interface?: string | undefined
  readonly given?: Entity | undefined
}

/** The entity that an import or a typed export stands for; refuses one that does not fit its type. */
export function bindExtern(
  type: ExternType,
  supply: Supply,
  { resolution, space, offset }: { resolution: Resolution; space: IndexSpaces; offset: number },
): Entity {
  const context = { resolution, space, offset }
  const { given } = supply
  if (given && given.sort !== type.sort) {
    throw invalidComponent(
      `${quote(supply.name)} is given ${withArticle(sortName(given.sort))} where ${withArticle(sortName(type.sort))} is asked for,`,
      offset,
    )
  }
  switch (type.sort) {
    case 'function':
      return bindFunction(type.index, supply, context)
    case 'type':
      return bindType(type, supply, context)
    case 'instance':
      return bindInstance(type.index, supply, context)
    case 'core-module':
    case 'component':
      // Nothing of their types is used: what is instantiated is checked when it is.
      if (given) return given
      throw unsupportedComponent(
        `the import of ${withArticle(sortName(type.sort))} (${quote(supply.name)}) is`,
        offset,
      )
    default:
      return type satisfies never
  }
}

interface Context {
  readonly resolution: Resolution
  readonly space: IndexSpaces
  readonly offset: number
}

function bindFunction(index: number, supply: Supply, { resolution, space, offset }: Context): Entity {
  const type = space.get('type', index, offset)
  if (type.kind !== 'function') {
    throw invalidComponent(
      `${quote(supply.name)} is a function of type ${index}, which is ${withArticle(describeType(type))},`,
      offset,
    )
  }
  // The world shows the types of each function in full.
  resolution.spendOnFunction(type, offset)
  const { name, interface: interfaceName, given } = supply
  if (given?.sort === 'function') {
    if (!isSameFunctionType(type, given.entity.type, { budget: resolution.budget, offset })) {
      throw invalidComponent(`${quote(name)} is given a function of another type`, offset)
    }
    // The same type, but made of the types that have names where it is asked for.
    return { sort: 'function', entity: { ...given.entity, type } }
  }
  return { sort: 'function', entity: { kind: 'import', interface: interfaceName, name, type } }
}

function bindType(
  { bound }: Extract<ExternType, { readonly sort: 'type' }>,
  supply: Supply,
  { resolution, space, offset }: Context,
): Entity {
  const { given } = supply
  if (bound.kind === 'equal') {
    const entity = space.get('type', bound.index, offset)
    if (given?.sort === 'type' && !isSameTypeEntity(entity, given.entity, resolution, offset)) {
      throw invalidComponent(`${quote(supply.name)} is given another type`, offset)
    }
    // What is given is kept, so that types have one identity wherever they came through.
    return given ?? { sort: 'type', entity }
  }
  if (given?.sort === 'type') {
    if (given.entity.kind === 'resource') return given
    throw invalidComponent(
      `${quote(supply.name)} is given ${withArticle(describeType(given.entity))} where a resource is asked for,`,
      offset,
    )
  }
  const resource = resolution.importResource(supply.interface, supply.name)
  return { sort: 'type', entity: { kind: 'resource', resource } }
}

function isSameTypeEntity(
  one: TypeEntity,
  other: TypeEntity,
  { budget }: Resolution,
  offset: number,
): boolean {
  if (one.kind === 'value')
    return other.kind === 'value' && isSameType(one.type, other.type, { budget, offset })
  if (one.kind === 'function') {
    return other.kind === 'function' && isSameFunctionType(one, other, { budget, offset })
  }
  if (one.kind === 'resource') return other.kind === 'resource' && one.resource === other.resource
  return one.kind === other.kind
}

function bindInstance(index: number, supply: Supply, { resolution, space, offset }: Context): Entity {
  const type = space.get('type', index, offset)
  if (type.kind !== 'instance-type') {
    throw invalidComponent(
      `${quote(supply.name)} is an instance of type ${index}, which is ${withArticle(describeType(type))},`,
      offset,
    )
  }
  if (!supply.given && supply.interface !== undefined) {
    throw unsupportedComponent(
      `an instance within an imported instance (${quote(supply.interface)}, ${quote(supply.name)}) is`,
      offset,
    )
  }
  const inner = new IndexSpaces(space.component, type.space)
  const given = supply.given?.sort === 'instance' ? supply.given.entity : undefined
  const exports = new Map<string, Entity>()
  for (const declaration of type.declarations) {
    resolution.budget.spend(1, declaration.offset)
    const context = { resolution, space: inner, offset: declaration.offset }
    if (declaration.kind !== 'export') {
      declare(declaration, context)
      continue
    }
    const { name } = declaration
    const wanted = {
      name,
      interface: supply.name,
      given: given && exportOf(given, name, supply.name, offset),
    }
    const entity = bindExtern(declaration.type, wanted, context)
    if (!given) resolution.nameType(entity, { name, interface: supply.name })
    inner.add(entity)
    exports.set(name, entity)
  }
  return { sort: 'instance', entity: { exports } }
}

function exportOf(instance: InstanceEntity, name: string, instanceName: string, offset: number): Entity {
  const entity = instance.exports.get(name)
  if (!entity) {
    throw invalidComponent(`${quote(instanceName)} is given an instance that lacks ${quote(name)},`, offset)
  }
  return entity
}

/** Adds what a declaration, other than an import or export, says to the index spaces of a type. */
function declare(
  declaration: Exclude<Declaration, { readonly kind: 'export' }>,
  { resolution, space, offset }: Context,
): void {
  switch (declaration.kind) {
    case 'core-type':
      space.add({ sort: 'core-type', entity: declaration.type.kind })
      return
    case 'type': {
      const context = {
        space,
        sizes: resolution.sizes,
        defineResource: () => {
          throw invalidComponent('a resource is defined within the type of an instance', offset)
        },
      }
      space.add({ sort: 'type', entity: resolveType(declaration.type, context, offset) })
      return
    }
    case 'alias-export':
    case 'alias-core-export':
    case 'alias-outer':
      space.add(resolveAlias(declaration, space, offset))
      return
    case 'import':
      throw invalidComponent('the type of an instance has an import', offset)
    default:
      declaration satisfies never
  }
}
