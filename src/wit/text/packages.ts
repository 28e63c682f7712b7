import { printPackage } from './print-document.js'
import { type WitSource, witError } from './source.js'
import {
  type InterfaceSyntax,
  type PackageBody,
  type PackageDeclaration,
  packageId,
  type PackageName,
  type WitDocument,
  type WorldSyntax,
} from './syntax.js'

/** What was read: the files of the package that is meant, and those of what it depends on, folder by folder. */
export interface WitFiles {
  readonly root: readonly WitDocument[]
  readonly dependencies: readonly (readonly WitDocument[])[]
}

/** A package with all its files. */
export interface WitPackage extends PackageName {
  readonly docs?: string | undefined
  readonly units: readonly PackageUnit[]
}

/** What one file says of a package; names that a file's `use` makes are known in it alone. */
export interface PackageUnit {
  readonly source: WitSource
  readonly package: PackageName
  readonly body: PackageBody
}

/** All packages, by name with version. */
export interface WitPackages {
  readonly packages: ReadonlyMap<string, WitPackage>
  /** The package that is meant; absent where the files have packages in braces only. */
  readonly root: WitPackage | undefined
}

/** An interface or world, and where it stands. */
export type TopItem =
  | { readonly kind: 'interface'; readonly unit: PackageUnit; readonly syntax: InterfaceSyntax }
  | { readonly kind: 'world'; readonly unit: PackageUnit; readonly syntax: WorldSyntax }

/** Sorts the files into packages. Throws WIT_INVALID for files that disagree on their package. */
export function collectPackages({ root, dependencies }: WitFiles): WitPackages {
  const packages = new Map<string, WitPackage>()
  const rootPackage = addGroup(packages, root)
  for (const group of dependencies) addGroup(packages, group)
  return { packages, root: rootPackage && packages.get(packageId(rootPackage)) }
}

/** The interfaces and worlds of a package: the same objects each time. */
export function itemsOf(from: WitPackage): readonly TopItem[] {
  const known = knownItems.get(from)
  if (known) return known
  const items = from.units.flatMap((unit): TopItem[] => [
    ...unit.body.interfaces.map((syntax) => ({ kind: 'interface' as const, unit, syntax })),
    ...unit.body.worlds.map((syntax) => ({ kind: 'world' as const, unit, syntax })),
  ])
  knownItems.set(from, items)
  return items
}

const knownItems = new WeakMap<WitPackage, readonly TopItem[]>()

function addGroup(packages: Map<string, WitPackage>, group: readonly WitDocument[]): PackageName | undefined {
  const declared = agreeOnPackage(group)
  const found = new Map<string, PackageUnit[]>()
  const add = (name: PackageName, unit: PackageUnit): void =>
    void found.set(packageId(name), [...(found.get(packageId(name)) ?? []), unit])
  for (const { source, package: own, body, nested } of group) {
    if (declared) add(declared, { source, package: declared, body })
    else requireNoItems(source, body)
    for (const one of nested) {
      if (own && packageId(one) === packageId(own)) {
        throw witError(source, one.at, `the package ${packageId(one)} is declared twice`)
      }
      add(one, { source, package: toName(one), body: one.body })
    }
  }
  for (const [id, units] of found) addPackage(packages, id, units)
  const docs = group.flatMap((document) => document.package?.docs ?? [])
  if (declared && docs.length > 0) {
    const known = packages.get(packageId(declared))
    if (known) packages.set(packageId(declared), { ...known, docs: docs.join('\n') })
  }
  return declared
}

function agreeOnPackage(group: readonly WitDocument[]): PackageName | undefined {
  let agreed: PackageDeclaration | undefined
  for (const { source, package: declared } of group) {
    if (!declared) continue
    if (agreed && packageId(agreed) !== packageId(declared)) {
      const other = `another file of the folder belongs to ${packageId(agreed)}`
      throw witError(source, declared.at, `the package is ${packageId(declared)}, but ${other}`)
    }
    agreed = declared
  }
  return agreed && toName(agreed)
}

function requireNoItems(source: WitSource, { uses, interfaces, worlds }: PackageBody): void {
  const [first] = [...interfaces, ...worlds, ...uses.map(({ path }) => path)]
  if (!first) return
  throw witError(
    source,
    first.at,
    `"${first.name}" belongs to no package`,
    'Begin the file with: package ns:name;',
  )
}

/** A package that comes twice has to say the same both times; once is enough then. */
function addPackage(packages: Map<string, WitPackage>, id: string, units: readonly PackageUnit[]): void {
  const [first] = units
  if (!first) return
  refuseTwins(units)
  const known = packages.get(id)
  if (!known) return void packages.set(id, { ...first.package, units })
  if (printPackage(known) === printPackage({ ...first.package, units })) return
  const [other] = known.units
  throw witError(
    first.source,
    0,
    `the package ${id} is also in ${other?.source.file ?? 'another file'}, with something else in it`,
    'Keep one of the two',
  )
}

function refuseTwins(units: readonly PackageUnit[]): void {
  const seen = new Set<string>()
  for (const { source, body } of units) {
    for (const { name, at } of [...body.interfaces, ...body.worlds]) {
      if (seen.has(name.toLowerCase())) throw witError(source, at, `"${name}" is defined twice`)
      seen.add(name.toLowerCase())
    }
  }
}

function toName({ name, version }: PackageName): PackageName {
  return version === undefined ? { name } : { name, version }
}
