import type { TypeAlias, TypeName, ValueType, WitFunction } from '../model.js'
import { escapeName } from './print-name.js'
import { directParts } from './type-size.js'

/** What is to be printed as one interface or world. */
interface Printed {
  /** Full name of the interface; undefined for a world. */
  readonly own: string | undefined
  readonly types: readonly ValueType[]
  readonly resources: readonly string[]
  readonly functions: readonly WitFunction[]
  readonly aliases?: readonly TypeAlias[] | undefined
}

/**
 * What types are called within one interface or world: by their own names, or where two from different interfaces have
 * the same, by one with a number.
 */
export class LocalNames {
  readonly #own: string | undefined
  /** By owner and name. */
  readonly #names = new Map<string, string>()
  readonly #taken: Set<string>
  readonly #uses = new Map<string, string[]>()
  readonly #strays: ValueType[] = []
  readonly #seen = new Set<ValueType>()

  constructor({ own, types, resources, functions, aliases = [] }: Printed) {
    this.#own = own
    const defined = types.flatMap((type) => ('name' in type ? (type.name ?? []) : []))
    this.#taken = new Set([
      ...defined,
      ...resources,
      ...functions.map(({ name }) => name),
      ...aliases.map(({ name }) => name),
    ])
    for (const { type } of aliases) this.#visit(type)
    for (const type of types) this.#visit(type)
    for (const { params, result } of functions) {
      for (const { type } of params) this.#visit(type)
      if (result) this.#visit(result)
    }
  }

  /** `use` of everything that belongs to other interfaces. */
  uses(): string[] {
    return [...this.#uses].map(([owner, names]) => `use ${escapeName(owner)}.{${names.join(', ')}};`)
  }

  /** Named types that no interface owns, parts first. */
  strays(): readonly ValueType[] {
    return this.#strays
  }

  /** Its name here. */
  of(named: TypeName): string {
    return escapeName(this.#names.get(keyOf(named)) ?? named.name ?? 'unnamed')
  }

  #visit(type: ValueType): void {
    if (this.#seen.has(type)) return
    this.#seen.add(type)
    if (type.kind === 'own' || type.kind === 'borrow') return this.#note(type.resource)
    const isDefinition =
      type.kind === 'record' || type.kind === 'variant' || type.kind === 'flags' || type.kind === 'enum'
    // What another interface owns is written there.
    if (isDefinition && type.interface !== undefined && type.interface !== this.#own) return this.#note(type)
    for (const part of directParts(type)) this.#visit(part)
    if (isDefinition && type.interface === undefined && type.name !== undefined) this.#strays.push(type)
  }

  #note(named: TypeName): void {
    const { name, interface: owner } = named
    if (name === undefined || owner === undefined || owner === this.#own) return
    if (this.#names.has(keyOf(named))) return
    let local = name
    for (let count = 2; this.#taken.has(local); count += 1) local = `${name}-n${count}`
    this.#taken.add(local)
    this.#names.set(keyOf(named), local)
    const item = local === name ? escapeName(name) : `${escapeName(name)} as ${escapeName(local)}`
    this.#uses.set(owner, [...(this.#uses.get(owner) ?? []), item])
  }
}

function keyOf({ name, interface: owner }: TypeName): string {
  return `${owner ?? ''}#${name ?? ''}`
}
