import { AppError } from '../../core/errors.js'
import { suggest } from '../../core/suggest.js'
import type { WitInterface, World } from '../model.js'
import {
  collectPackages,
  itemsOf,
  type TopItem,
  type WitFiles,
  type WitPackage,
  type WitPackages,
} from './packages.js'
import { WorldResolver } from './resolve-world.js'
import { type Features, nameOf, Resolver } from './resolver.js'

/** What can be asked of WIT text. */
export interface ResolveWitOptions {
  /** Unstable features whose items are there; default: none. */
  readonly features?: Features | undefined
}

/** WIT text, with every name looked up. */
export interface WitLibrary {
  /** Full names of the worlds of the package that is meant; of all packages where none is. */
  readonly worldNames: readonly string[]
  /** A world by its name in the package, or by its full name; without a name, the only one. Throws WIT_WORLD_NOT_FOUND. */
  world(name?: string): World
  /** An interface by its full name. Throws WIT_INVALID for one that cannot be resolved. */
  interface(name: string): WitInterface | undefined
  /** Every interface of the package that is meant; of all packages where none is. */
  readonly interfaces: readonly WitInterface[]
}

/** Resolves what was read. Throws WIT_INVALID for anything of the package that is meant which cannot be resolved. */
export function resolveWit(files: WitFiles, { features = new Set() }: ResolveWitOptions = {}): WitLibrary {
  return new ResolvedLibrary(collectPackages(files), features)
}

class ResolvedLibrary implements WitLibrary {
  readonly interfaces: readonly WitInterface[]
  readonly worldNames: readonly string[]
  readonly #resolver: Resolver
  readonly #resolveWorlds: WorldResolver
  readonly #worlds = new Map<string, World>()
  readonly #items: ReadonlyMap<string, TopItem>
  readonly #root: WitPackage | undefined

  constructor(packages: WitPackages, features: Features) {
    const resolver = new Resolver(packages, features)
    const worlds = new WorldResolver(resolver)
    const all = [...packages.packages.values()]
    const meant = packages.root ? [packages.root] : all
    this.#resolver = resolver
    this.#root = packages.root
    for (const { units } of meant) for (const unit of units) resolver.checkFileUses(unit)
    const isThere = ({ unit, syntax }: TopItem): boolean => resolver.isIncluded(syntax, syntax.at, unit)
    const items = meant.flatMap(itemsOf).filter(isThere)
    this.interfaces = items.flatMap((item) =>
      item.kind === 'interface' ? resolver.interface(item, item.syntax, item.unit).model : [],
    )
    this.worldNames = items.flatMap((item) => (item.kind === 'world' ? nameOf(item) : []))
    for (const item of items) if (item.kind === 'world') this.#worlds.set(nameOf(item), worlds.world(item))
    this.#items = new Map(all.flatMap(itemsOf).map((item) => [nameOf(item), item]))
    this.#resolveWorlds = worlds
  }

  world(name?: string): World {
    const found = name === undefined ? this.#only() : this.#named(name)
    const item = this.#items.get(found)
    const known = this.#worlds.get(found)
    if (known) return known
    if (item?.kind !== 'world') throw this.#noWorld(found)
    const world = this.#resolveWorlds.world(item)
    this.#worlds.set(found, world)
    return world
  }

  interface(name: string): WitInterface | undefined {
    const item = this.#items.get(name)
    return item?.kind === 'interface'
      ? this.#resolver.interface(item, item.syntax, item.unit).model
      : undefined
  }

  #only(): string {
    const [only, ...more] = this.worldNames
    if (only !== undefined && more.length === 0) return only
    const why = only === undefined ? 'there is none' : `there are ${this.worldNames.length}`
    throw new AppError('WIT_WORLD_NOT_FOUND', `Cannot choose a world of the WIT: ${why}`, {
      hint:
        only === undefined
          ? 'Define a world in the package'
          : `Name one of them: ${this.#shortNames().join(', ')}`,
    })
  }

  #named(name: string): string {
    if (name.includes('/')) return name
    return this.worldNames.find((full) => shortName(full) === name) ?? name
  }

  #noWorld(name: string): AppError {
    const near = suggest(name, this.#shortNames())
    const known = this.#shortNames().join(', ')
    const hint =
      near === undefined ? (known === '' ? 'It has none' : `It has: ${known}`) : `Did you mean "${near}"?`
    const where = this.#root ? `The package ${this.#root.name}` : 'The WIT'
    return new AppError('WIT_WORLD_NOT_FOUND', `${where} has no world "${name}"`, { hint })
  }

  #shortNames(): string[] {
    return this.#root ? this.worldNames.map(shortName) : [...this.worldNames]
  }
}

function shortName(full: string): string {
  return full.slice(full.lastIndexOf('/') + 1).replace(/@.*$/, '')
}
