import type { AppError } from '../../core/errors.js'
import { suggest } from '../../core/suggest.js'
import type { Field, ResourceName, TypeUse, ValueType } from '../model.js'
import type { PackageUnit } from './packages.js'
import { witError } from './source.js'
import type { Annotations, DefinitionSyntax, Identifier, TypeSyntax, UseSyntax } from './syntax.js'
import type { TypeSizes } from './type-size.js'

/** What the name of a type stands for. */
export type NamedType =
  | { readonly kind: 'type'; readonly type: ValueType }
  | { readonly kind: 'resource'; readonly resource: ResourceName }
  /** It belongs to a feature that was not asked for. */
  | { readonly kind: 'excluded'; readonly feature: string }

/** How a scope finds what it does not hold itself. */
export interface ScopeSurroundings {
  readonly sizes: TypeSizes
  /** Whether an item is there: it belongs to no feature, or to one that was asked for. */
  isIncluded(annotations: Annotations, at: number, unit: PackageUnit): boolean
  /** A type of another interface. */
  findUsed(use: UseSyntax, name: Identifier, unit: PackageUnit): NamedType
  /** Full name of the interface that a use means. */
  nameOfUsed(use: UseSyntax, unit: PackageUnit): string
}

/** Chains of names are at most that long. */
const maxChain = 200

type Entry =
  | { readonly kind: 'definition'; readonly syntax: DefinitionSyntax }
  | { readonly kind: 'use'; readonly syntax: UseSyntax; readonly name: Identifier; readonly at: number }
  | { readonly kind: 'function'; readonly at: number }

/** The names of one interface or world, and the types that they stand for. */
export class ItemScope {
  readonly unit: PackageUnit
  /** Owner of the types that are defined here; absent for those of a world. */
  readonly owner: string | undefined
  readonly #around: ScopeSurroundings
  readonly #entries = new Map<string, Entry>()
  readonly #keys = new Set<string>()
  readonly #resolved = new Map<string, NamedType>()
  readonly #resolving: string[] = []
  readonly #uses: TypeUse[] = []

  constructor(unit: PackageUnit, owner: string | undefined, around: ScopeSurroundings) {
    this.unit = unit
    this.owner = owner
    this.#around = around
  }

  /** Uses whose types are there. */
  get uses(): readonly TypeUse[] {
    return this.#uses
  }

  /** Names of its types, those that it uses included. */
  get typeNames(): string[] {
    return [...this.#entries].flatMap(([name, { kind }]) => (kind === 'function' ? [] : name))
  }

  hasType(name: string): boolean {
    const entry = this.#entries.get(name)
    return entry !== undefined && entry.kind !== 'function'
  }

  isIncluded(annotations: Annotations, at: number): boolean {
    return this.#around.isIncluded(annotations, at, this.unit)
  }

  fail(at: number, message: string, hint?: string): AppError {
    return witError(this.unit.source, at, message, hint)
  }

  define(syntax: DefinitionSyntax): void {
    this.#declare(syntax, { kind: 'definition', syntax })
  }

  defineFunction(name: Identifier): void {
    this.#declare(name, { kind: 'function', at: name.at })
  }

  use(syntax: UseSyntax): void {
    for (const name of syntax.names) {
      this.#declare(name.as ?? name, { kind: 'use', syntax, name, at: name.at })
    }
  }

  /** Resolves what uses bring in, so that wrong ones are told even if nothing needs them. */
  resolveUses(): void {
    for (const [name, entry] of this.#entries) {
      if (entry.kind !== 'use' || !this.isIncluded(entry.syntax, entry.at)) continue
      if (this.lookup({ name, at: entry.at }).kind === 'excluded') {
        throw this.#excluded({ name, at: entry.at })
      }
      const from = this.#around.nameOfUsed(entry.syntax, this.unit)
      this.#uses.push({ interface: from, type: entry.name.name, name })
    }
  }

  /** What a name stands for. Throws WIT_INVALID for one that is unknown, no type, or defined by itself. */
  lookup(id: Identifier): NamedType {
    const known = this.#resolved.get(id.name)
    if (known) return known
    const entry = this.#entries.get(id.name)
    if (!entry) throw this.#unknown(id)
    if (entry.kind === 'function') throw this.fail(id.at, `"${id.name}" is a function, not a type`)
    if (this.#resolving.includes(id.name)) {
      const chain = [...this.#resolving.slice(this.#resolving.indexOf(id.name)), id.name]
      throw this.fail(id.at, `the type "${id.name}" is defined by itself: ${chain.join(' -> ')}`)
    }
    if (this.#resolving.length >= maxChain) {
      throw this.fail(id.at, `more than ${maxChain} types are defined by one another in a row`)
    }
    this.#resolving.push(id.name)
    const named = this.#resolve(entry)
    this.#resolving.pop()
    this.#resolved.set(id.name, named)
    return named
  }

  /** A type. Throws WIT_INVALID. */
  type(syntax: TypeSyntax): ValueType {
    const type = this.#convert(syntax)
    const wrong = this.#around.sizes.check(type)
    if (wrong !== undefined) throw this.fail(syntax.at, wrong)
    return type
  }

  /** Fields or parameters, whose names have to differ. */
  fields(syntax: readonly (Identifier & { readonly type: TypeSyntax })[], what: string): Field[] {
    this.requireDistinct(syntax, what)
    return syntax.map(({ name, type }) => ({ name, type: this.type(type) }))
  }

  requireDistinct(names: readonly Identifier[], what: string): void {
    const seen = new Set<string>()
    for (const { name, at } of names) {
      if (seen.has(name.toLowerCase())) throw this.fail(at, `the ${what} "${name}" is there twice`)
      seen.add(name.toLowerCase())
    }
  }

  /** The resource of that name. Throws WIT_INVALID. */
  resource(id: Identifier): ResourceName {
    const named = this.lookup(id)
    if (named.kind === 'excluded') throw this.#excluded(id)
    if (named.kind !== 'resource') throw this.fail(id.at, `"${id.name}" is no resource`)
    return named.resource
  }

  #declare({ name, at }: Identifier, entry: Entry): void {
    const key = name.toLowerCase()
    if (this.#keys.has(key)) throw this.fail(at, `"${name}" is defined twice`)
    this.#keys.add(key)
    this.#entries.set(name, entry)
  }

  #resolve(entry: Exclude<Entry, { kind: 'function' }>): NamedType {
    const { syntax } = entry
    if (!this.isIncluded(syntax, syntax.at)) return { kind: 'excluded', feature: syntax.unstable ?? '' }
    if (entry.kind === 'use') return this.#around.findUsed(entry.syntax, entry.name, this.unit)
    const definition = entry.syntax
    if (definition.kind === 'resource') {
      return { kind: 'resource', resource: { name: definition.name, ...this.#owner() } }
    }
    if (definition.kind === 'alias' && definition.type.kind === 'named') return this.#alias(definition.type)
    return { kind: 'type', type: this.#define(definition) }
  }

  #alias(id: Identifier): NamedType {
    const named = this.lookup(id)
    if (named.kind === 'excluded') throw this.#excluded(id)
    return named
  }

  #define(syntax: Exclude<DefinitionSyntax, { kind: 'resource' }>): ValueType {
    const name = { name: syntax.name, ...this.#owner() }
    const checked = (type: ValueType): ValueType => {
      const wrong = this.#around.sizes.check(type)
      if (wrong !== undefined) throw this.fail(syntax.at, wrong)
      return type
    }
    switch (syntax.kind) {
      case 'alias':
        return this.type(syntax.type)
      case 'record':
        return checked({ kind: 'record', ...name, fields: this.fields(syntax.fields, 'field') })
      case 'variant':
        this.requireDistinct(syntax.cases, 'case')
        return checked({
          kind: 'variant',
          ...name,
          cases: syntax.cases.map((one) => ({
            name: one.name,
            ...(one.type && { type: this.type(one.type) }),
          })),
        })
      case 'flags':
      case 'enum':
        this.requireDistinct(syntax.names, syntax.kind === 'enum' ? 'case' : 'flag')
        return { kind: syntax.kind, ...name, names: syntax.names.map((one) => one.name) }
      default:
        return syntax satisfies never
    }
  }

  #convert(syntax: TypeSyntax): ValueType {
    switch (syntax.kind) {
      case 'named':
        return this.#named(syntax)
      case 'own':
      case 'borrow':
        return { kind: syntax.kind, resource: this.resource(syntax) }
      case 'list': {
        const element = this.#convert(syntax.element)
        return { kind: 'list', element, ...(syntax.length !== undefined && { length: syntax.length }) }
      }
      case 'option':
        return { kind: 'option', element: this.#convert(syntax.element) }
      case 'tuple':
        return { kind: 'tuple', elements: syntax.elements.map((element) => this.#convert(element)) }
      case 'map': {
        const elements = [this.#convert(syntax.key), this.#convert(syntax.value)]
        return { kind: 'list', element: { kind: 'tuple', elements } }
      }
      case 'result':
        return {
          kind: 'result',
          ...(syntax.ok && { ok: this.#convert(syntax.ok) }),
          ...(syntax.err && { err: this.#convert(syntax.err) }),
        }
      case 'stream':
      case 'future':
        return { kind: syntax.kind, ...(syntax.element && { element: this.#convert(syntax.element) }) }
      default:
        return { kind: syntax.kind }
    }
  }

  #named(id: Identifier): ValueType {
    const named = this.lookup(id)
    switch (named.kind) {
      case 'type':
        return named.type
      case 'resource':
        return { kind: 'own', resource: named.resource }
      case 'excluded':
        throw this.#excluded(id)
      default:
        return named satisfies never
    }
  }

  #owner(): { readonly interface?: string } {
    return this.owner === undefined ? {} : { interface: this.owner }
  }

  #unknown({ name, at }: Identifier): AppError {
    const near = suggest(name, this.typeNames)
    return this.fail(
      at,
      `there is no type "${name}"`,
      near === undefined ? 'Define it, or bring it in: use interface.{type};' : `Did you mean "${near}"?`,
    )
  }

  #excluded({ name, at }: Identifier): AppError {
    const feature = this.#featureOf(name)
    return this.fail(
      at,
      `"${name}" belongs to the unstable feature "${feature}", which was not asked for`,
      `Gate what uses it by the same feature: @unstable(feature = ${feature})`,
    )
  }

  #featureOf(name: string): string {
    const named = this.#resolved.get(name)
    return named?.kind === 'excluded' ? named.feature : ''
  }
}
