import type { Charge } from '../resolve/budget.js'
import { isValueType, partsOf, type AnyType, type Extern, type Resource } from './types.js'

/** The resources that things of these types speak of without having them of their own. */
export function freeResources(externs: Iterable<Extern>, charge: Charge): ReadonlySet<Resource> {
  const walk = new Walk(charge)
  for (const extern of externs) walk.extern(extern)
  return walk.free
}

/** The resources that a type speaks of without having them of its own. */
export function freeResourcesOf(type: AnyType, charge: Charge): ReadonlySet<Resource> {
  const walk = new Walk(charge)
  walk.type(type)
  return walk.free
}

/** Collects resources, looking at each type once. */
class Walk {
  readonly free = new Set<Resource>()
  readonly #charge: Charge
  readonly #seen = new Set<AnyType>()

  constructor(charge: Charge) {
    this.#charge = charge
  }

  extern(extern: Extern): void {
    if (extern.sort === 'core-module') return
    this.type(extern.sort === 'type' ? extern.created : extern.type)
  }

  type(type: AnyType): void {
    if (type.kind === 'resource') {
      this.free.add(type.resource)
      return
    }
    if (this.#seen.has(type)) return
    this.#seen.add(type)
    this.#charge.budget.spend(1, this.#charge.offset)
    if (isValueType(type)) {
      if (type.kind === 'own' || type.kind === 'borrow') this.free.add(type.resource.resource)
      for (const part of partsOf(type)) this.type(part)
    } else if (type.kind === 'function') {
      for (const param of type.params) this.type(param.type)
      if (type.result) this.type(type.result)
    } else {
      this.#bound(type)
    }
  }

  /** Types that bring resources of their own, which are no others' within them. */
  #bound(type: Extract<AnyType, { readonly kind: 'instance' | 'component' }>): void {
    const inner = new Walk(this.#charge)
    if (type.kind === 'component') for (const extern of type.imports.values()) inner.extern(extern)
    for (const extern of type.exports.values()) inner.extern(extern)
    const own = new Set<Resource>(type.ownResources.keys())
    const imported = type.kind === 'component' ? type.importedResources : new Map<Resource, unknown>()
    for (const resource of inner.free) {
      if (!own.has(resource) && !imported.has(resource)) this.free.add(resource)
    }
  }
}
