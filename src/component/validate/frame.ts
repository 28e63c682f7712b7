import type { CoreFunctionType, CoreLimits, CoreValueType, Sort } from '../binary/definitions.js'
import { invalidComponent, quote } from '../binary/invalid-component.js'
import { sortName, withArticle } from '../binary/scope.js'
import type { Budget } from '../resolve/budget.js'
import { speaksOfNamed } from './named-types.js'
import { checkResourceFunction, ResourceNames } from './resource-functions.js'
import { Substitution } from './substitute.js'
import { addSizes } from './type-facts.js'
import {
  createResource,
  type AnyType,
  type ComponentType,
  type CoreExports,
  type Extern,
  type FunctionType,
  type InstanceType,
  type ModuleType,
  type Path,
  type Resource,
} from './types.js'

/** What each index space holds while a component or a type is validated: types, and little else. */
export interface TypeOf {
  readonly 'core-function': CoreFunctionType | undefined
  readonly 'core-table': { readonly element: CoreValueType; readonly limits: CoreLimits } | undefined
  readonly 'core-memory': { readonly limits: CoreLimits } | undefined
  readonly 'core-global': { readonly type: CoreValueType; readonly isMutable: boolean } | undefined
  readonly 'core-tag': CoreFunctionType | undefined
  readonly 'core-type':
    | { readonly kind: 'function'; readonly type: CoreFunctionType }
    | { readonly kind: 'module'; readonly type: ModuleType }
  readonly 'core-module': ModuleType
  readonly 'core-instance': CoreExports
  readonly function: FunctionType
  readonly value: never
  readonly type: AnyType
  readonly component: ComponentType
  readonly instance: InstanceType
}

type Role = 'import' | 'export'

/** A component, or the type of a component or instance, under validation. */
export class Frame {
  readonly kind: 'component' | 'component-type' | 'instance-type'
  readonly budget: Budget
  readonly #parent: Frame | undefined
  readonly #spaces = new Map<Sort, unknown[]>()
  readonly externs = { import: new Map<string, Extern>(), export: new Map<string, Extern>() }
  /** The resources that it imports. */
  readonly importedResources = new Map<Resource, Path>()
  /** The resources that it brings, and whether it knows their representation, having defined them itself. */
  readonly ownResources = new Map<Resource, { readonly isDefined: boolean }>()
  /** The resources that it exports. */
  readonly paths = new Map<Resource, Path>()
  readonly #named = { import: new Set<AnyType>(), export: new Set<AnyType>() }
  readonly #resourceNames: Readonly<Record<Role, ResourceNames>> = {
    import: new ResourceNames(),
    export: new ResourceNames(),
  }
  size = 1

  constructor(kind: Frame['kind'], { parent, budget }: { parent?: Frame | undefined; budget: Budget }) {
    this.kind = kind
    this.#parent = parent
    this.budget = budget
  }

  add<S extends Sort>(sort: S, type: TypeOf[S]): void {
    const space = this.#spaces.get(sort)
    if (space) space.push(type)
    else this.#spaces.set(sort, [type])
  }

  get<S extends Sort>(sort: S, index: number, offset: number): TypeOf[S] {
    const space = this.#spaces.get(sort) ?? []
    if (index >= space.length) throw invalidComponent(`${sortName(sort)} ${index} is not defined`, offset)
    return space[index] as TypeOf[S] // each sort has a space of its own
  }

  /** The frame that lies `depth` frames outwards; 0 is this one. */
  outer(depth: number, offset: number): Frame {
    if (depth === 0) return this
    if (!this.#parent) throw invalidComponent('an alias points outside the component', offset)
    return this.#parent.outer(depth - 1, offset)
  }

  /** Adds what an import, an export or an alias stands for to its index space. */
  addExtern(extern: Extern): void {
    if (extern.sort === 'type') this.add('type', extern.created)
    else this.add(extern.sort, extern.type as never) // the sort says which
  }

  /** Adds an import or export: everything that the rules for it ask is checked. */
  declare(role: Role, name: string, given: Extern, offset: number): void {
    const extern = given.sort === 'instance' ? this.#adopt(role, name, given.type, offset) : given
    this.addExtern(extern)
    if (extern.sort === 'type') this.#declareType(role, name, extern)
    this.#checkNamed(role, name, extern, offset)
    checkResourceFunction(name, extern, { names: this.#resourceNames[role], offset })
    const externs = this.externs[role]
    if (externs.has(name)) throw invalidComponent(`the ${role} ${quote(name)} is there twice,`, offset)
    externs.set(name, extern)
    this.size = addSizes(this.size, sizeOfExtern(extern), offset)
  }

  #declareType(role: Role, name: string, { created, referenced }: Extract<Extern, { sort: 'type' }>): void {
    if (created.kind !== 'resource') return
    const { resource } = created
    if (role === 'export') {
      if (created === referenced) this.ownResources.set(resource, { isDefined: false })
      this.paths.set(resource, [name])
    } else if (created === referenced) {
      this.importedResources.set(resource, [name])
    }
    this.#resourceNames[role].add(created, name)
  }

  /** An instance of a type that brings resources of its own: they are new ones, and this frame's. */
  #adopt(role: Role, name: string, type: InstanceType, offset: number): Extern {
    this.budget.spendOnResources(type.ownResources.size + type.paths.size, offset)
    const fresh = new Map([...type.ownResources].map((old) => [old, createResource().resource]))
    const substitution = new Substitution({ budget: this.budget, offset }, fresh)
    const paths = substitution.paths(type.paths)
    for (const resource of fresh.values()) {
      if (role === 'import') this.importedResources.set(resource, [name, ...(paths.get(resource) ?? [])])
      else this.ownResources.set(resource, { isDefined: false })
    }
    if (role === 'export') for (const [resource, path] of paths) this.paths.set(resource, [name, ...path])
    if (fresh.size === 0) return { sort: 'instance', type }
    const exports = substitution.externs(type.exports)
    return { sort: 'instance', type: { ...type, exports, ownResources: new Set(), paths } }
  }

  #checkNamed(role: Role, name: string, extern: Extern, offset: number): void {
    if (this.kind === 'instance-type') return
    const onNamed = (type: AnyType): void => {
      if (role === 'import') this.#named.import.add(type)
      this.#named.export.add(type)
    }
    const charge = { budget: this.budget, offset }
    if (speaksOfNamed(extern, { named: this.#named[role], onNamed, charge })) return
    throw invalidComponent(
      `${withArticle(sortName(extern.sort))} is not valid to be used as the ${role} ${quote(name)}: its type speaks of a type that is not ${role}ed,`,
      offset,
    )
  }
}

/** How many types an import or export consists of. */
export function sizeOfExtern(extern: Extern): number {
  if (extern.sort !== 'type') return extern.type.size
  const { created } = extern
  if ('facts' in created) return created.facts.size
  return created.kind === 'resource' ? 1 : created.size
}
