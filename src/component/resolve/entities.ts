import type { Declaration, Definition, Sort } from '../binary/definitions.js'
import { invalidComponent } from '../binary/invalid-component.js'
import { sortName } from '../binary/scope.js'
import type {
  ComponentFunction,
  ComponentInstanceId,
  CoreExport,
  CoreItem,
  CoreNamespace,
  FunctionType,
  ResolvedType,
  Resource,
} from './program.js'

/** What the type index space holds. */
export type TypeEntity =
  | { readonly kind: 'value'; readonly type: ResolvedType }
  | FunctionType
  | { readonly kind: 'resource'; readonly resource: Resource }
  | {
      readonly kind: 'component-type' | 'instance-type'
      readonly declarations: readonly Declaration[]
      readonly space: IndexSpaces
    }

/** A component that has not been instantiated, with the definitions around it. */
export interface ComponentEntity {
  readonly definitions: readonly Definition[]
  readonly space: IndexSpaces
}

/** An instance: its exports by name. */
export interface InstanceEntity {
  readonly exports: ReadonlyMap<string, Entity>
}

/** What each index space holds. Core types are only counted. */
export interface EntityOf {
  readonly 'core-function': CoreItem
  readonly 'core-table': CoreExport
  readonly 'core-memory': CoreExport
  readonly 'core-global': CoreExport
  readonly 'core-tag': CoreExport
  readonly 'core-type': 'function' | 'module'
  readonly 'core-module': number
  readonly 'core-instance': CoreNamespace
  readonly function: ComponentFunction
  readonly value: never
  readonly type: TypeEntity
  readonly component: ComponentEntity
  readonly instance: InstanceEntity
}

/** Anything that has an index, with its sort. */
export type Entity = {
  readonly [S in Sort]: { readonly sort: S; readonly entity: EntityOf[S] }
}[Sort]

/**
 * The index spaces of one component instance, or of the evaluation of one type. The decoder has checked that indices
 * are in range; get() checks again, so that a mistake there ends as a refusal.
 */
export class IndexSpaces {
  readonly component: ComponentInstanceId
  readonly #parent: IndexSpaces | undefined
  readonly #spaces = new Map<Sort, Entity[]>()

  constructor(component: ComponentInstanceId, parent: IndexSpaces | undefined) {
    this.component = component
    this.#parent = parent
  }

  add(entity: Entity): void {
    const space = this.#spaces.get(entity.sort)
    if (space) space.push(entity)
    else this.#spaces.set(entity.sort, [entity])
  }

  get<S extends Sort>(sort: S, index: number, offset: number): EntityOf[S] {
    return this.at(sort, index, offset).entity as EntityOf[S] // the map keeps each sort in a space of its own
  }

  at(sort: Sort, index: number, offset: number): Entity {
    const entity = this.#spaces.get(sort)?.[index]
    if (!entity) throw invalidComponent(`${sortName(sort)} ${index} is not defined`, offset)
    return entity
  }

  /** The spaces that lie `depth` scopes outwards; 0 is these. */
  outer(depth: number, offset: number): IndexSpaces {
    if (depth === 0) return this
    if (!this.#parent) throw invalidComponent('an alias points outside the component', offset)
    return this.#parent.outer(depth - 1, offset)
  }
}
