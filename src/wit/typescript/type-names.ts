import { unversioned } from '../interface-name.js'
import { pascalLabel } from '../labels.js'
import type { ValueType } from '../model.js'

/** A type of WIT that has a name. */
export type NamedType = Extract<ValueType, { readonly kind: 'record' | 'variant' | 'enum' | 'flags' }>

/** Names for the types of several interfaces: their own, with the interface before it where two are alike. */
export class TypeNames {
  readonly #names = new Map<string, string>()
  readonly #types = new Map<string, NamedType>()

  /** The types in the order in which they were first named. */
  entries(): readonly (readonly [name: string, type: NamedType])[] {
    return [...this.#types]
  }

  /** The name of a type; undefined for one without. */
  nameOf(type: NamedType): string | undefined {
    if (type.name === undefined) return undefined
    const key = `${type.interface ?? ''}#${type.name}#${JSON.stringify(type)}`
    const known = this.#names.get(key)
    if (known !== undefined) return known
    const name = this.#choose(type.name, type.interface)
    this.#names.set(key, name)
    this.#types.set(name, type)
    return name
  }

  #choose(label: string, owner: string | undefined): string {
    const own = pascalLabel(label)
    const local = pascalLabel(
      unversioned(owner ?? '')
        .split('/')
        .at(-1) ?? '',
    )
    const wanted = [own, `${local}${own}`]
    const free = wanted.find((name) => !reserved.has(name) && !this.#types.has(name))
    if (free !== undefined) return free
    for (let number = 2; ; number += 1) if (!this.#types.has(`${own}${number}`)) return `${own}${number}`
  }
}

/** Names that the text of a module uses otherwise. */
const reserved = new Set([
  ...[
    'Exports',
    'Imports',
    'Error',
    'Promise',
    'Uint8Array',
    'AsyncIterable',
    'Map',
    'Object',
    'String',
    'Number',
  ],
])
