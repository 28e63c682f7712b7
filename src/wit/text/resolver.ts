import type { AppError } from '../../core/errors.js'
import { suggest } from '../../core/suggest.js'
import { compareVersions } from './compare-versions.js'
import type { NamedType, ScopeSurroundings } from './item-scope.js'
import { itemsOf, type PackageUnit, type TopItem, type WitPackage, type WitPackages } from './packages.js'
import { type ResolvedInterface, resolveInterface } from './resolve-interface.js'
import { witError } from './source.js'
import {
  type Annotations,
  fullName,
  type Identifier,
  packageId,
  type PathSyntax,
  type UseSyntax,
} from './syntax.js'
import { TypeSizes } from './type-size.js'

/** Features that are asked for; items of others are left out. */
export type Features = ReadonlySet<string> | 'all'

/** Interfaces use each other at most that many in a row. */
const maxChain = 200

/** Finds interfaces and worlds by their paths, and resolves each interface once. */
export class Resolver implements ScopeSurroundings {
  readonly sizes = new TypeSizes()
  readonly #packages: ReadonlyMap<string, WitPackage>
  readonly #features: Features
  readonly #items = new Map<WitPackage, ReadonlyMap<string, TopItem>>()
  readonly #resolved = new Map<TopItem, ResolvedInterface>()
  readonly #byName = new Map<string, ResolvedInterface>()
  readonly #resolving: TopItem[] = []

  constructor({ packages }: WitPackages, features: Features) {
    this.#packages = packages
    this.#features = features
  }

  isIncluded({ since, unstable }: Annotations, at: number, { package: own, source }: PackageUnit): boolean {
    if (since !== undefined) {
      if (own.version === undefined) {
        throw witError(source, at, `@since needs a version of the package, and ${own.name} has none`)
      }
      if (compareVersions(since, own.version) > 0) {
        throw witError(
          source,
          at,
          `it came with version ${since}, but the package is of version ${own.version}`,
        )
      }
    }
    return unstable === undefined || this.#features === 'all' || this.#features.has(unstable)
  }

  findUsed(use: UseSyntax, name: Identifier, unit: PackageUnit): NamedType {
    const found = this.interface(this.find(use.path, unit), use.path, unit)
    if (found.scope.hasType(name.name)) return found.scope.lookup(name)
    const known = found.scope.typeNames
    const near = suggest(name.name, known)
    const hint = near === undefined ? listHint('It has', known) : `Did you mean "${near}"?`
    throw witError(unit.source, name.at, `the interface ${found.model.name} has no type "${name.name}"`, hint)
  }

  nameOfUsed({ path }: UseSyntax, unit: PackageUnit): string {
    return nameOf(this.find(path, unit))
  }

  /** An interface that was resolved before, by its full name. */
  resolvedInterface(name: string): ResolvedInterface | undefined {
    return this.#byName.get(name)
  }

  /** An interface, resolved; `path` is what asks for it. Throws WIT_INVALID. */
  interface(item: TopItem, path: Identifier, unit: PackageUnit): ResolvedInterface {
    if (item.kind === 'world') {
      throw witError(unit.source, path.at, `"${path.name}" is a world, not an interface`)
    }
    const known = this.#resolved.get(item)
    if (known) return known
    if (!this.isIncluded(item.syntax, item.syntax.at, item.unit)) {
      const message = `the interface ${nameOf(item)} belongs to the unstable feature "${item.syntax.unstable}"`
      throw witError(unit.source, path.at, `${message}, which was not asked for`)
    }
    this.#enter(item, path, unit)
    const resolved = resolveInterface({ ...item, name: nameOf(item) }, this)
    this.#resolving.pop()
    this.#resolved.set(item, resolved)
    this.#byName.set(nameOf(item), resolved)
    return resolved
  }

  /** The interface or world that a path means in a file. Throws WIT_INVALID. */
  find(path: PathSyntax, unit: PackageUnit): TopItem {
    if (path.package) return this.#findIn(this.#package(path, unit), path, unit)
    const { uses } = unit.body
    const use = uses.find((one) => (one.as ?? one.path).name === path.name)
    // `use x;` names one of this package.
    if (use && use.path !== path && (use.path.package || use.path.name !== path.name)) {
      return this.#findFileUse(use.path, path, unit)
    }
    return this.#findIn(this.#own(unit), path, unit)
  }

  /** Reports what is wrong with the uses of a file. Throws WIT_INVALID. */
  checkFileUses(unit: PackageUnit): void {
    const seen = new Set<string>()
    for (const { path, as } of unit.body.uses) {
      const { name, at } = as ?? path
      if (seen.has(name)) throw witError(unit.source, at, `"${name}" is defined twice`)
      seen.add(name)
      this.find(path, unit)
    }
  }

  #findFileUse(target: PathSyntax, path: PathSyntax, unit: PackageUnit): TopItem {
    const from = target.package ? this.#package(target, unit) : this.#own(unit)
    return this.#findIn(from, { ...target, at: path.at }, unit)
  }

  #enter(item: TopItem, path: Identifier, unit: PackageUnit): void {
    const start = this.#resolving.indexOf(item)
    if (start >= 0) {
      const chain = [...this.#resolving.slice(start), item].map(nameOf).join(' -> ')
      throw witError(unit.source, path.at, `interfaces use each other in a circle: ${chain}`)
    }
    if (this.#resolving.length >= maxChain) {
      throw witError(unit.source, path.at, `more than ${maxChain} interfaces use one another in a row`)
    }
    this.#resolving.push(item)
  }

  #own(unit: PackageUnit): WitPackage {
    return this.#packages.get(packageId(unit.package)) ?? { ...unit.package, units: [unit] }
  }

  #package({ package: wanted, at }: PathSyntax, unit: PackageUnit): WitPackage {
    const name = wanted ?? unit.package
    const found = this.#packages.get(packageId(name))
    if (found) return found
    throw this.#noPackage(packageId(name), name.name, { at, unit })
  }

  #noPackage(
    id: string,
    name: string,
    { at, unit }: { readonly at: number; readonly unit: PackageUnit },
  ): AppError {
    const known = [...this.#packages.keys()]
    const sameName = known.filter((one) => one === name || one.startsWith(`${name}@`))
    const near = suggest(id, known)
    const hint =
      sameName.length > 0
        ? `There is ${sameName.join(', ')}`
        : near === undefined
          ? 'Put the package into the folder deps beside the WIT files'
          : `Did you mean ${near}?`
    return witError(unit.source, at, `there is no package ${id}`, hint)
  }

  #findIn(from: WitPackage, { name, at }: Identifier, unit: PackageUnit): TopItem {
    const items = this.#itemsOf(from)
    const found = items.get(name)
    if (found) return found
    const near = suggest(name, [...items.keys()])
    const hint = near === undefined ? listHint('It has', [...items.keys()]) : `Did you mean "${near}"?`
    throw witError(
      unit.source,
      at,
      `the package ${packageId(from)} has no interface or world "${name}"`,
      hint,
    )
  }

  #itemsOf(from: WitPackage): ReadonlyMap<string, TopItem> {
    const known = this.#items.get(from)
    if (known) return known
    const items = new Map(itemsOf(from).map((item) => [item.syntax.name, item]))
    this.#items.set(from, items)
    return items
  }
}

/** Full name of an interface or world. */
export function nameOf({ unit, syntax }: TopItem): string {
  return fullName(unit.package, syntax.name)
}

function listHint(start: string, names: readonly string[]): string {
  if (names.length === 0) return `${start} none`
  const shown = names.slice(0, 10).join(', ')
  return `${start} ${shown}${names.length > 10 ? ', and more' : ''}`
}
