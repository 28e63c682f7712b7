import { parseInterfaceName } from '../../wit/interface-name.js'
import type { World, WorldItem } from '../../wit/model.js'
import { findBuiltIn, type KnownLink, type KnownProvider, knownProviders } from './known-providers.js'

/** Every import and export of a component, by what the manifest has to do about it. */
export interface Account {
  /** Links from the component to known providers. */
  readonly imports: readonly LinkNeed[]
  /** Links from known providers to the component. */
  readonly exports: readonly LinkNeed[]
  /** Interfaces that no known provider serves, by package. */
  readonly unknownImports: readonly PackageNeed[]
  /** Interfaces that no known provider calls, by package. */
  readonly unknownExports: readonly PackageNeed[]
  /** Imports that every host answers. */
  readonly builtIns: readonly BuiltIn[]
  /** Functions and inline interfaces, which have no full name and which no link can connect. */
  readonly unlinkable: readonly { readonly role: 'imports' | 'exports'; readonly name: string }[]
}

/** A link to or from a known provider, with those of its interfaces that the component has. */
export interface LinkNeed {
  readonly provider: KnownProvider
  readonly link: KnownLink
  readonly interfaces: readonly string[]
}

/** Interfaces of one package, without versions. */
export interface PackageNeed {
  readonly namespace: string
  readonly package: string
  readonly interfaces: readonly string[]
}

/** An import that every host answers. */
export interface BuiltIn {
  readonly name: string
  readonly note?: string | undefined
}

/** Sorts out the imports and exports of a world. The same world gives the same account, in the same order. */
export function accountFor(world: World): Account {
  const imports = world.imports.map(classify('imports'))
  const exports = world.exports.map(classify('exports'))
  return {
    imports: mergeLinks(imports),
    exports: mergeLinks(exports),
    unknownImports: mergePackages(imports),
    unknownExports: mergePackages(exports),
    builtIns: sortedByName(imports.flatMap((need) => (need.kind === 'built-in' ? need.builtIn : []))),
    unlinkable: [...imports, ...exports].flatMap((need) =>
      need.kind === 'unlinkable' ? { role: need.role, name: need.name } : [],
    ),
  }
}

type Role = 'imports' | 'exports'

type Need =
  | {
      readonly kind: 'link'
      readonly provider: KnownProvider
      readonly link: KnownLink
      readonly interfaceName: string
    }
  | {
      readonly kind: 'unknown'
      readonly namespace: string
      readonly package: string
      readonly interfaceName: string
    }
  | { readonly kind: 'built-in'; readonly builtIn: BuiltIn }
  | { readonly kind: 'unlinkable'; readonly role: Role; readonly name: string }

function classify(role: Role): (item: WorldItem) => Need {
  return (item) => {
    const name = item.kind === 'interface' ? parseInterfaceName(item.name) : undefined
    if (!name) return { kind: 'unlinkable', role, name: item.name }
    const builtIn =
      role === 'imports' ? findBuiltIn(`${name.namespace}:${name.package}`, name.interface) : undefined
    if (builtIn) return { kind: 'built-in', builtIn: { name: item.name, note: builtIn.note } }
    for (const provider of knownProviders) {
      const link = role === 'imports' ? provider.serves : provider.calls
      const isKnown =
        link?.namespace === name.namespace &&
        link.package === name.package &&
        link.interfaces.includes(name.interface)
      if (isKnown) return { kind: 'link', provider, link, interfaceName: name.interface }
    }
    return {
      kind: 'unknown',
      namespace: name.namespace,
      package: name.package,
      interfaceName: name.interface,
    }
  }
}

/** One link per provider, in the order of the table of providers, with the interfaces in the order of the table. */
function mergeLinks(needs: readonly Need[]): readonly LinkNeed[] {
  return knownProviders.flatMap((provider) => {
    const mine = needs.flatMap((need) => (need.kind === 'link' && need.provider === provider ? need : []))
    const [first] = mine
    if (!first) return []
    const wanted = new Set(mine.map((need) => need.interfaceName))
    const interfaces = first.link.interfaces.filter((name) => wanted.has(name))
    return [{ provider, link: first.link, interfaces }]
  })
}

/** One entry per package, sorted by name, with its interfaces sorted; versions of one interface are one. */
function mergePackages(needs: readonly Need[]): readonly PackageNeed[] {
  const packages = new Map<string, { namespace: string; package: string; interfaces: Set<string> }>()
  for (const need of needs) {
    if (need.kind !== 'unknown') continue
    const key = `${need.namespace}:${need.package}`
    const known = packages.get(key)
    if (known) known.interfaces.add(need.interfaceName)
    else {
      const { namespace, package: packageName, interfaceName } = need
      packages.set(key, { namespace, package: packageName, interfaces: new Set([interfaceName]) })
    }
  }
  return [...packages.entries()]
    .sort(([one], [other]) => compare(one, other))
    .map(([, { namespace, package: packageName, interfaces }]) => ({
      namespace,
      package: packageName,
      interfaces: [...interfaces].sort(compare),
    }))
}

function sortedByName(builtIns: readonly BuiltIn[]): readonly BuiltIn[] {
  return [...builtIns].sort((one, other) => compare(one.name, other.name))
}

/** By code unit, the same on every machine. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
