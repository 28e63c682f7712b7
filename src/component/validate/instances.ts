import type { Definition, SortIndex } from '../binary/definitions.js'
import { invalidComponent } from '../binary/invalid-component.js'
import { sortName, withArticle } from '../binary/scope.js'
import type { Frame } from './frame.js'
import { checkResourceFunction, ResourceNames } from './resource-functions.js'
import { Substitution } from './substitute.js'
import { matchExterns } from './subtype.js'
import { addSizes } from './type-facts.js'
import { sizeOfExtern } from './frame.js'
import {
  createResource,
  type Extern,
  type Externs,
  type InstanceType,
  type Path,
  type Resource,
} from './types.js'
import { renamed } from './renamed.js'

/** What an index refers to. A type may get a name by it (`isNew`), which makes it a type of its own. */
export function externAt(
  { sort, index }: SortIndex,
  frame: Frame,
  { offset, isNew = false }: { readonly offset: number; readonly isNew?: boolean },
): Extern {
  switch (sort) {
    case 'core-module':
      return { sort, type: frame.get(sort, index, offset) }
    case 'function':
      return { sort, type: frame.get(sort, index, offset) }
    case 'instance':
      return { sort, type: frame.get(sort, index, offset) }
    case 'component':
      return { sort, type: frame.get(sort, index, offset) }
    case 'type': {
      const referenced = frame.get(sort, index, offset)
      return { sort, created: isNew ? renamed(referenced) : referenced, referenced }
    }
    default:
      throw invalidComponent(`${withArticle(sortName(sort))} is neither an argument nor an export`, offset)
  }
}

/** Adds an instance: of a component, which has to get what it imports, or of exports one by one. */
export function addInstance(
  definition: Extract<Definition, { readonly kind: 'instantiate' | 'inline-instance' }>,
  frame: Frame,
): void {
  frame.add(
    'instance',
    definition.kind === 'instantiate'
      ? instantiateComponent(definition, frame)
      : inlineExports(definition, frame),
  )
}

function instantiateComponent(
  definition: Extract<Definition, { readonly kind: 'instantiate' }>,
  frame: Frame,
): InstanceType {
  const { offset } = definition
  const charge = { budget: frame.budget, offset }
  const type = frame.get('component', definition.component, offset)
  const args = new Map(definition.args.map(({ name, target }) => [name, externAt(target, frame, { offset })]))
  frame.budget.spend(args.size + type.imports.size + type.exports.size, offset)
  const match = matchExterns(args, { externs: type.imports, resources: type.importedResources }, charge)
  if (typeof match !== 'object') {
    throw invalidComponent(`what a component is given for its imports does not fit: ${match ?? ''},`, offset)
  }
  // Every instance has resources of its own.
  frame.budget.spendOnResources(type.ownResources.size + type.paths.size, offset)
  const resources = new Map(match.resources)
  for (const own of type.ownResources.keys()) {
    const fresh = createResource().resource
    resources.set(own, fresh)
    frame.ownResources.set(fresh, { isDefined: false })
  }
  const substitution = new Substitution(charge, resources, match.types)
  const exports = substitution.externs(type.exports)
  return {
    kind: 'instance',
    exports,
    ownResources: new Set(),
    paths: substitution.paths(type.paths),
    size: sizeOf(exports, offset),
  }
}

function inlineExports(
  definition: Extract<Definition, { readonly kind: 'inline-instance' }>,
  frame: Frame,
): InstanceType {
  const { offset } = definition
  frame.budget.spend(definition.exports.length, offset)
  const exports = new Map<string, Extern>()
  const paths = new Map<Resource, Path>()
  for (const { name, target } of definition.exports) {
    const extern = externAt(target, frame, { offset })
    if (extern.sort === 'instance') {
      frame.budget.spendOnResources(extern.type.paths.size, offset)
      for (const [resource, path] of extern.type.paths) paths.set(resource, [name, ...path])
    }
    if (extern.sort === 'type' && extern.created.kind === 'resource') {
      paths.set(extern.created.resource, [name])
    }
    // No index is introduced here by which a function could speak of a resource under its name.
    checkResourceFunction(name, extern, { names: noNames, offset })
    exports.set(name, extern)
  }
  return { kind: 'instance', exports, ownResources: new Set(), paths, size: sizeOf(exports, offset) }
}

const noNames = new ResourceNames()

function sizeOf(externs: Externs, offset: number): number {
  let size = 1
  for (const extern of externs.values()) size = addSizes(size, sizeOfExtern(extern), offset)
  return size
}
