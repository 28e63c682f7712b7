import type { World, WorldItem } from '../model.js'
import { ItemScope } from './item-scope.js'
import { Notes } from './notes.js'
import type { PackageUnit, TopItem } from './packages.js'
import { resolveFunction, resolveMembers } from './resolve-function.js'
import { noteOf, resolveDefinitions, resolveInterface } from './resolve-interface.js'
import { nameOf, type Resolver } from './resolver.js'
import { witError } from './source.js'
import type { DefinitionSyntax, ExternSyntax, IncludeSyntax, WorldItemSyntax, WorldSyntax } from './syntax.js'

type WorldTop = Extract<TopItem, { kind: 'world' }>
type Direction = 'import' | 'export'

/** Worlds include each other at most that many in a row. */
const maxChain = 100

/** Resolves worlds, each once. */
export class WorldResolver {
  readonly #resolver: Resolver
  readonly #known = new Map<WorldTop, OpenWorld>()
  readonly #resolving: WorldTop[] = []

  constructor(resolver: Resolver) {
    this.#resolver = resolver
  }

  /** A world, with everything that it includes and that its interfaces use. Throws WIT_INVALID. */
  world(item: WorldTop): World {
    return this.#open(item, item.unit, item.syntax.at).close()
  }

  #open(item: WorldTop, unit: PackageUnit, at: number): OpenWorld {
    const known = this.#known.get(item)
    if (known) return known
    const start = this.#resolving.indexOf(item)
    if (start >= 0) {
      const chain = [...this.#resolving.slice(start), item].map(nameOf).join(' -> ')
      throw witError(unit.source, at, `worlds include each other in a circle: ${chain}`)
    }
    if (this.#resolving.length >= maxChain) {
      throw witError(unit.source, at, `more than ${maxChain} worlds include one another in a row`)
    }
    this.#resolving.push(item)
    const open = new OpenWorld(item, this.#resolver, (include) => this.#included(item, include))
    this.#resolving.pop()
    this.#known.set(item, open)
    return open
  }

  #included({ unit }: WorldTop, { path }: IncludeSyntax): OpenWorld {
    const item = this.#resolver.find(path, unit)
    if (item.kind === 'interface') {
      throw witError(unit.source, path.at, `"${path.name}" is an interface, and worlds are included`)
    }
    return this.#open(item, unit, path.at)
  }
}

/** A world as it is put together. */
class OpenWorld {
  readonly imports = new Map<string, WorldItem>()
  readonly exports = new Map<string, WorldItem>()
  readonly #syntax: WorldSyntax
  readonly #unit: PackageUnit
  readonly #name: string
  readonly #resolver: Resolver
  readonly #scope: ItemScope
  readonly #notes = new Notes()
  readonly #definitions: DefinitionSyntax[] = []

  constructor(item: WorldTop, resolver: Resolver, include: (syntax: IncludeSyntax) => OpenWorld) {
    this.#syntax = item.syntax
    this.#unit = item.unit
    this.#name = nameOf(item)
    this.#resolver = resolver
    this.#scope = new ItemScope(item.unit, undefined, resolver)
    const items = item.syntax.items.filter((one) => this.#scope.isIncluded(one, one.at))
    for (const one of items) this.#declare(one)
    this.#scope.resolveUses()
    for (const one of items) {
      if (one.kind === 'use') this.#importUsed(one.names.map(({ as, name }) => (as ? as.name : name)))
      else if (one.kind === 'extern') this.#addExtern(one)
      else if (one.kind !== 'include') this.#addDefinition(one)
    }
    for (const one of items) if (one.kind === 'include') this.#include(one, include(one))
    this.#refuseAmbiguousUses(items)
  }

  /** The whole world, with the interfaces that others use imported before those. */
  close(): World {
    const imports = new Map<string, WorldItem>()
    for (const item of this.imports.values()) this.#addWithUsed(imports, item)
    for (const item of this.exports.values()) this.#addUsed(imports, item)
    const { resources, types, aliases } = resolveDefinitions(this.#scope, this.#definitions)
    return {
      name: this.#name,
      imports: [...imports.values()],
      exports: [...this.exports.values()],
      ...(types.length > 0 && { types }),
      ...(resources.length > 0 && { resources }),
      ...(aliases && { aliases }),
      ...(this.#scope.uses.length > 0 && { uses: this.#scope.uses }),
      ...noteOf(this.#syntax),
      ...this.#notes.toParts(),
    }
  }

  #declare(item: WorldItemSyntax): void {
    if (item.kind === 'use') this.#scope.use(item)
    else if (item.kind !== 'include' && item.kind !== 'extern') this.#scope.define(item)
  }

  #addDefinition(item: DefinitionSyntax): void {
    this.#definitions.push(item)
    this.#notes.addDefinition(item)
    if (item.kind !== 'resource') return
    for (const { syntax, function: one } of resolveMembers(this.#scope, item, item.functions)) {
      this.#add('import', { kind: 'function', name: one.name, function: one }, syntax.at)
      this.#notes.add(one.name, syntax)
    }
  }

  #importUsed(names: readonly string[]): void {
    for (const { interface: from, name } of this.#scope.uses) {
      if (names.includes(name)) this.#importInterface(from)
    }
  }

  #importInterface(name: string): void {
    const found = this.#resolver.resolvedInterface(name)
    if (found && !this.imports.has(name)) this.imports.set(name, found.model)
  }

  #addExtern(syntax: ExternSyntax): void {
    const item = this.#resolveExtern(syntax)
    this.#add(syntax.direction, item, syntax.at)
    this.#notes.add(`${syntax.direction} ${item.name}`, syntax)
  }

  #resolveExtern({ what }: ExternSyntax): WorldItem {
    switch (what.kind) {
      case 'path':
        return this.#resolver.interface(this.#resolver.find(what.path, this.#unit), what.path, this.#unit)
          .model
      case 'named-path': {
        const item = this.#resolver.find(what.path, this.#unit)
        const { model } = this.#resolver.interface(item, what.path, this.#unit)
        if (item.kind === 'world') return model
        return {
          ...resolveInterface({ ...item, name: what.name }, this.#resolver).model,
          implements: model.name,
        }
      }
      case 'function':
        return {
          kind: 'function',
          name: what.function.name,
          function: resolveFunction(this.#scope, what.function),
        }
      case 'interface': {
        const { name } = what.interface
        return resolveInterface({ syntax: what.interface, unit: this.#unit, name }, this.#resolver).model
      }
      default:
        return what satisfies never
    }
  }

  #add(direction: Direction, item: WorldItem, at: number): void {
    const items = direction === 'import' ? this.imports : this.exports
    const key = item.name.toLowerCase()
    const known = [...items.values()].find(({ name }) => name.toLowerCase() === key)
    // A use may have imported it before.
    if (known && !(known === item && this.#scope.uses.some((one) => one.interface === item.name))) {
      throw witError(this.#unit.source, at, `"${item.name}" is ${direction}ed twice`)
    }
    items.set(item.name, item)
  }

  #include(syntax: IncludeSyntax, included: OpenWorld): void {
    const names = new Map(syntax.with.map(({ name, as }) => [name, as?.name ?? name]))
    const used = new Set<string>()
    for (const [direction, items] of [
      ['import', included.imports],
      ['export', included.exports],
    ] as const) {
      for (const item of items.values()) this.#includeItem({ direction, item, names, used }, syntax)
    }
    const unused = syntax.with.find(({ name }) => !used.has(name))
    if (!unused) return
    const message = `the included world has no plain name "${unused.name}"; names of interfaces cannot be changed`
    throw witError(this.#unit.source, unused.at, message)
  }

  #includeItem(
    given: {
      readonly direction: Direction
      readonly item: WorldItem
      readonly names: ReadonlyMap<string, string>
      readonly used: Set<string>
    },
    syntax: IncludeSyntax,
  ): void {
    const { direction, item, names, used } = given
    const items = direction === 'import' ? this.imports : this.exports
    const isPlain = !item.name.includes('/')
    if (!isPlain) return void (items.has(item.name) || items.set(item.name, item))
    const name = names.get(item.name) ?? item.name
    if (names.has(item.name)) used.add(item.name)
    if (items.has(name)) {
      const hint = `Rename one: include ${syntax.path.name} with { ${item.name} as other-name }`
      const message = `the included world ${direction}s "${name}", which this world ${direction}s too`
      throw witError(this.#unit.source, syntax.at, message, hint)
    }
    const renamed: WorldItem =
      item.kind === 'interface' ? { ...item, name } : { ...item, name, function: { ...item.function, name } }
    items.set(name, name === item.name ? item : renamed)
  }

  #refuseAmbiguousUses(items: readonly WorldItemSyntax[]): void {
    const explicit = new Set(
      items.flatMap((one) =>
        one.kind === 'extern' && one.direction === 'import' && one.what.kind === 'path'
          ? nameOf(this.#resolver.find(one.what.path, this.#unit))
          : [],
      ),
    )
    for (const one of items) {
      if (one.kind !== 'use') continue
      const name = nameOf(this.#resolver.find(one.path, this.#unit))
      if (!explicit.has(name) || !this.exports.has(name)) continue
      throw witError(
        this.#unit.source,
        one.at,
        `${name} is both imported and exported: it is unclear which is used`,
      )
    }
  }

  #addWithUsed(imports: Map<string, WorldItem>, item: WorldItem): void {
    if (imports.has(item.name)) return
    this.#addUsed(imports, item)
    imports.set(item.name, item)
  }

  /** Interfaces that an item uses; those that are exported are not imported for what is exported. */
  #addUsed(imports: Map<string, WorldItem>, item: WorldItem): void {
    if (item.kind !== 'interface') return
    for (const { interface: name } of item.uses ?? []) {
      const used = this.#resolver.resolvedInterface(name)?.model
      if (!used || imports.has(name)) continue
      if (this.exports.get(item.name) === item && this.exports.has(name)) continue
      this.#addWithUsed(imports, used)
    }
  }
}
