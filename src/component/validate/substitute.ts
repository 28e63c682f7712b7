import type { Charge } from '../resolve/budget.js'
import {
  aliasOf,
  isValueType,
  type AnyType,
  type ComponentType,
  type Extern,
  type Externs,
  type FunctionType,
  type InstanceType,
  type Labelled,
  type Path,
  type Resource,
  type ResourceType,
  type ValueType,
} from './types.js'

/**
 * Puts resources in place of others, throughout types. Types that hold none of them stay the objects that they are,
 * and each type becomes one other, however often it is met.
 */
export class Substitution {
  readonly #resources: Map<Resource, Resource>
  readonly #types: Map<AnyType, AnyType>

  readonly #charge: Charge

  constructor(
    charge: Charge,
    resources: ReadonlyMap<Resource, Resource>,
    types?: ReadonlyMap<AnyType, AnyType>,
  ) {
    this.#charge = charge
    this.#resources = new Map(resources)
    this.#types = new Map(types)
  }

  resource(resource: Resource): Resource {
    return this.#resources.get(resource) ?? resource
  }

  paths(paths: ReadonlyMap<Resource, Path>): ReadonlyMap<Resource, Path> {
    return new Map([...paths].map(([resource, path]) => [this.resource(resource), path]))
  }

  externs(externs: Externs): Externs {
    let hasChanged = false
    const substituted = new Map<string, Extern>()
    for (const [name, before] of externs) {
      const after = this.extern(before)
      hasChanged ||= after !== before
      substituted.set(name, after)
    }
    return hasChanged ? substituted : externs
  }

  extern(extern: Extern): Extern {
    switch (extern.sort) {
      case 'core-module':
        return extern
      case 'type': {
        const referenced = this.type(extern.referenced)
        const created = this.type(extern.created)
        const isSame = referenced === extern.referenced && created === extern.created
        return isSame ? extern : { sort: 'type', created, referenced }
      }
      default: {
        const type = this.type(extern.type)
        return type === extern.type ? extern : ({ sort: extern.sort, type } as Extern) // a type stays of its sort
      }
    }
  }

  type<Type extends AnyType>(type: Type): Type {
    const known = this.#types.get(type)
    if (known) return known as Type // a type stays of its kind
    this.#charge.budget.spend(1, this.#charge.offset)
    const substituted = this.#substitute(type)
    this.#types.set(type, substituted)
    return substituted as Type
  }

  #substitute(type: AnyType): AnyType {
    if (isValueType(type)) return this.#valueType(type)
    switch (type.kind) {
      case 'resource':
        return this.#resourceType(type)
      case 'function':
        return this.#functionType(type)
      case 'instance':
        return this.#instanceType(type)
      case 'component':
        return this.#componentType(type)
      default:
        return type satisfies never
    }
  }

  #resourceType(type: ResourceType): ResourceType {
    const resource = this.resource(type.resource)
    return resource === type.resource ? type : aliasOf(resource, type.alias)
  }

  #valueType(type: ValueType): ValueType {
    switch (type.kind) {
      case 'own':
      case 'borrow': {
        const resource = this.type(type.resource)
        return resource === type.resource ? type : { ...type, resource }
      }
      case 'record': {
        const fields = this.#labelled(type.fields)
        return fields === type.fields ? type : { ...type, fields }
      }
      case 'variant': {
        const cases = this.#labelled(type.cases)
        return cases === type.cases ? type : { ...type, cases }
      }
      case 'tuple': {
        const elements = type.elements.map((element) => this.type(element))
        return elements.every((element, index) => element === type.elements[index])
          ? type
          : { ...type, elements }
      }
      case 'list':
      case 'option': {
        const element = this.type(type.element)
        return element === type.element ? type : { ...type, element }
      }
      case 'result': {
        const ok = type.ok && this.type(type.ok)
        const err = type.err && this.type(type.err)
        return ok === type.ok && err === type.err ? type : { ...type, ok, err }
      }
      default:
        return type
    }
  }

  #labelled<Type extends ValueType | undefined>(
    before: readonly Labelled<Type>[],
  ): readonly Labelled<Type>[] {
    const after = before.map((item) => {
      const type = item.type && this.type(item.type)
      return type === item.type ? item : { name: item.name, type: type as Type } // undefined stays undefined
    })
    return after.every((item, index) => item === before[index]) ? before : after
  }

  #functionType(type: FunctionType): FunctionType {
    const params = this.#labelled(type.params)
    const result = type.result && this.type(type.result)
    return params === type.params && result === type.result ? type : { ...type, params, result }
  }

  #instanceType(type: InstanceType): InstanceType {
    const exports = this.externs(type.exports)
    if (exports === type.exports) return type
    return {
      ...type,
      exports,
      ownResources: new Set([...type.ownResources].map((resource) => this.resource(resource))),
      paths: this.paths(type.paths),
    }
  }

  #componentType(type: ComponentType): ComponentType {
    const imports = this.externs(type.imports)
    const exports = this.externs(type.exports)
    if (imports === type.imports && exports === type.exports) return type
    return {
      ...type,
      imports,
      exports,
      importedResources: this.paths(type.importedResources),
      ownResources: this.paths(type.ownResources),
      paths: this.paths(type.paths),
    }
  }
}
