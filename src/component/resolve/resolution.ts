import type { Entity } from './entities.js'
import { Budget } from './budget.js'
import type {
  ComponentInstanceId,
  CoreInstance,
  CoreItem,
  CoreModule,
  FunctionType,
  ResolvedType,
  ResolvedTypeName,
  Resource,
} from './program.js'
import { TypeSizes } from './type-sizes.js'

/** What one resolution builds up: the lists of the program, and what its work has cost so far. */
export class Resolution {
  readonly budget = new Budget()
  readonly sizes = new TypeSizes()
  readonly modules: CoreModule[] = []
  readonly #moduleIndices = new Map<number, number>()
  readonly instances: CoreInstance[] = []
  readonly resources: Resource[] = []
  readonly typeNames = new Map<ResolvedType | Resource, ResolvedTypeName>()
  /** Component instances, by id: which one made each. */
  readonly parents: (ComponentInstanceId | undefined)[] = []

  /** The index of a module, which is one however often its component is instantiated. */
  addModule(module: CoreModule): number {
    const known = this.#moduleIndices.get(module.start)
    if (known !== undefined) return known
    const index = this.modules.push(module) - 1
    this.#moduleIndices.set(module.start, index)
    return index
  }

  defineResource(component: number, destructor: CoreItem | undefined): Resource {
    const id = this.resources.length + 1
    const resource: Resource = { kind: 'defined-resource', id, component, destructor }
    this.resources.push(resource)
    return resource
  }

  importResource(interfaceName: string | undefined, name: string): Resource {
    const id = this.resources.length + 1
    const resource: Resource = { kind: 'imported-resource', id, interface: interfaceName, name }
    this.resources.push(resource)
    return resource
  }

  /** Counts the parts of a function's types, written out in full. */
  spendOnFunction({ params, result }: FunctionType, offset: number): void {
    for (const { type } of params) this.budget.spend(this.sizes.measure(type, offset).parts, offset)
    if (result) this.budget.spend(this.sizes.measure(result, offset).parts, offset)
  }

  /** Names a type, unless it has a name already: the first interface that shows a type owns it. */
  nameType({ sort, entity }: Entity, name: ResolvedTypeName): void {
    if (sort !== 'type') return
    const type =
      entity.kind === 'value' ? entity.type : entity.kind === 'resource' ? entity.resource : undefined
    if (type && !this.typeNames.has(type)) this.typeNames.set(type, name)
  }
}
