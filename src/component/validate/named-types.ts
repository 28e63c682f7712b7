import type { Charge } from '../resolve/budget.js'
import { isValueType, partsOf, type AnyType, type Extern, type ValueType } from './types.js'

/**
 * Whether an import or export speaks only of named types, as it has to: records, variants, flags, enums and resources
 * that were imported or exported before it. `onNamed` is told of the types that get a name by it.
 */
export function speaksOfNamed(extern: Extern, { named, onNamed, charge }: Naming): boolean {
  switch (extern.sort) {
    case 'core-module':
    case 'component':
      return true
    case 'function':
      return new Look(named, charge).isNamedThroughout(extern.type)
    case 'type':
      if (!new Look(named, charge).isNamedThroughout(extern.referenced)) return false
      onNamed(extern.created)
      return true
    case 'instance':
      return [...extern.type.exports.values()].every((each) =>
        speaksOfNamed(each, { named, onNamed, charge }),
      )
    default:
      return extern satisfies never
  }
}

/** The types that have a name so far. */
export interface Naming {
  readonly named: ReadonlySet<AnyType>
  readonly onNamed: (type: AnyType) => void
  readonly charge: Charge
}

/** One look through a type, at each of its parts once. */
class Look {
  readonly #named: ReadonlySet<AnyType>
  readonly #charge: Charge
  readonly #passed = new Set<AnyType>()

  constructor(named: ReadonlySet<AnyType>, charge: Charge) {
    this.#named = named
    this.#charge = charge
  }

  /** Whether what a type consists of is named; the type itself is about to be. */
  isNamedThroughout(type: AnyType): boolean {
    this.#charge.budget.spend(1, this.#charge.offset)
    if (isValueType(type)) {
      if (type.kind === 'own' || type.kind === 'borrow') return this.#named.has(type.resource)
      return partsOf(type).every((part) => this.#isNamed(part))
    }
    switch (type.kind) {
      case 'resource':
      case 'component':
        return true
      case 'function':
        return (
          type.params.every((param) => this.#isNamed(param.type)) &&
          (!type.result || this.#isNamed(type.result))
        )
      case 'instance':
        return [...type.exports.values()].every((each) => this.#isNamedExport(each))
      default:
        return type satisfies never
    }
  }

  #isNamedExport(extern: Extern): boolean {
    switch (extern.sort) {
      case 'core-module':
      case 'component':
        return true
      case 'type':
        return this.isNamedThroughout(extern.created)
      default:
        return this.isNamedThroughout(extern.type)
    }
  }

  /** Whether a type where it is used is named, or of a kind that needs no name and made of such. */
  #isNamed(type: ValueType): boolean {
    if (this.#passed.has(type)) return true
    this.#passed.add(type)
    this.#charge.budget.spend(1, this.#charge.offset)
    switch (type.kind) {
      case 'record':
      case 'variant':
      case 'flags':
      case 'enum':
        return this.#named.has(type)
      case 'own':
      case 'borrow':
        return this.#named.has(type.resource)
      default:
        return partsOf(type).every((part) => this.#isNamed(part))
    }
  }
}
