import { quote } from '../binary/invalid-component.js'
import { sortName, withArticle } from '../binary/scope.js'
import type { Charge } from '../resolve/budget.js'
import { moduleMismatch, type Mismatch } from './core-subtype.js'
import { Substitution } from './substitute.js'
import {
  describeAnyType,
  isValueType,
  type AnyType,
  type ComponentType,
  type Extern,
  type Externs,
  type FunctionType,
  type InstanceType,
  type Path,
  type Resource,
} from './types.js'
import { functionTypeMismatch, valueMismatch } from './value-mismatch.js'

/** Why `given` cannot be used where `wanted` is asked for; undefined where it can. */
export function externMismatch(given: Extern, wanted: Extern, charge: Charge): Mismatch {
  switch (given.sort) {
    case 'core-module':
      if (wanted.sort === 'core-module') return moduleMismatch(given.type, wanted.type)
      break
    case 'function':
      if (wanted.sort === 'function') return functionTypeMismatch(given.type, wanted.type, charge)
      break
    case 'type':
      if (wanted.sort === 'type') return typeMismatch(given.referenced, wanted.referenced, charge)
      break
    case 'instance':
      if (wanted.sort === 'instance') return instanceMismatch(given.type, wanted.type, charge)
      break
    case 'component':
      if (wanted.sort === 'component') return componentMismatch(given.type, wanted.type, charge)
      break
    default:
      return given satisfies never
  }
  const [is, asked] = [withArticle(sortName(given.sort)), withArticle(sortName(wanted.sort))]
  return `it is ${is} where ${asked} is asked for`
}

/**
 * Matches things by name with what is asked for, and says which resources stand for those of `resources`, and which
 * types for those that have names there. `resources` tells where each is found in `wanted`.
 */
export function matchExterns(
  given: Externs,
  { externs: wanted, resources }: Wanted,
  charge: Charge,
): Mismatch | Match {
  const found = new Map<Resource, Resource>()
  for (const [resource, path] of resources) {
    const extern = follow(given, path)
    if (extern?.sort === 'type' && extern.created.kind === 'resource') {
      found.set(resource, extern.created.resource)
    }
  }
  const substitution = new Substitution(charge, found)
  const types = new Map<AnyType, AnyType>()
  for (const [name, expected] of wanted) {
    const actual = given.get(name)
    if (!actual) return `${quote(name)} is missing`
    const mismatch = externMismatch(actual, substitution.extern(expected), charge)
    if (mismatch !== undefined) return `${quote(name)}: ${mismatch}`
    renameTypes(actual, expected, types)
  }
  return { resources: found, types }
}

/** What things are matched with. */
export interface Wanted {
  readonly externs: Externs
  readonly resources: ReadonlyMap<Resource, Path>
}

/** What stands for what after a match. */
export interface Match {
  readonly resources: ReadonlyMap<Resource, Resource>
  readonly types: ReadonlyMap<AnyType, AnyType>
}

function follow(externs: Externs, [first = '', ...rest]: Path): Extern | undefined {
  const extern = externs.get(first)
  if (rest.length === 0) return extern
  return extern?.sort === 'instance' ? follow(extern.type.exports, rest) : undefined
}

function renameTypes(actual: Extern, expected: Extern, types: Map<AnyType, AnyType>): void {
  if (actual.sort === 'type' && expected.sort === 'type') {
    types.set(expected.created, actual.created)
  } else if (actual.sort === 'instance' && expected.sort === 'instance') {
    for (const [name, inner] of expected.type.exports) {
      const given = actual.type.exports.get(name)
      if (given) renameTypes(given, inner, types)
    }
  }
}

function typeMismatch(given: AnyType, wanted: AnyType, charge: Charge): Mismatch {
  if (isValueType(given)) {
    if (isValueType(wanted)) return valueMismatch(given, wanted, charge)
  } else if (given.kind === wanted.kind) {
    switch (given.kind) {
      case 'resource':
        return wanted.kind === 'resource' && given.resource === wanted.resource
          ? undefined
          : 'it is another resource'
      case 'function':
        return functionTypeMismatch(given, wanted as FunctionType, charge) // the kinds are the same
      case 'instance':
        return instanceMismatch(given, wanted as InstanceType, charge)
      case 'component':
        return componentMismatch(given, wanted as ComponentType, charge)
      default:
        return given satisfies never
    }
  }
  const [is, asked] = [withArticle(describeAnyType(given)), withArticle(describeAnyType(wanted))]
  return `it is ${is} where ${asked} is asked for`
}

function instanceMismatch(given: InstanceType, wanted: InstanceType, charge: Charge): Mismatch {
  if (given === wanted) return undefined
  for (const [name, expected] of wanted.exports) {
    const actual = given.exports.get(name)
    if (!actual) return `it does not export ${quote(name)}`
    const mismatch = externMismatch(actual, expected, charge)
    if (mismatch !== undefined) return `its export ${quote(name)}: ${mismatch}`
  }
  return undefined
}

/** Who asks for `wanted` gives its imports, which have to do for those of `given`; what comes of it has to do too. */
function componentMismatch(given: ComponentType, wanted: ComponentType, charge: Charge): Mismatch {
  const imports = matchExterns(
    wanted.imports,
    { externs: given.imports, resources: given.importedResources },
    charge,
  )
  if (typeof imports !== 'object') return `its import ${imports ?? ''}`
  const exports = new Substitution(charge, imports.resources, imports.types).externs(given.exports)
  const match = matchExterns(exports, { externs: wanted.exports, resources: wanted.ownResources }, charge)
  return typeof match === 'object' ? undefined : `its export ${match ?? ''}`
}
