import { explainImports } from '../../host/engine/explain-imports.js'
import { unversioned } from '../../wit/interface-name.js'
import type { World, WorldItem } from '../../wit/model.js'
import { interfacesOf, linksAt } from './advice.js'
import type { Advice, Examined, LinkAt } from './advice.js'

/** Links whose interfaces the component at one of their ends does not have. */
export function findForeignInterfaces({ manifest, worlds }: Examined): readonly Advice[] {
  return linksAt(manifest).flatMap((at) => [
    ...missing(at, worlds.get(at.source.name), 'imports'),
    ...(at.target?.type === 'component' ? missing(at, worlds.get(at.target.name), 'exports') : []),
  ])
}

function missing(
  { source, target, link, path }: LinkAt,
  world: World | undefined,
  role: 'imports' | 'exports',
): readonly Advice[] {
  if (!world) return []
  const has = new Set(world[role].map(({ name }) => unversioned(name)))
  return interfacesOf(link).flatMap((name, index): readonly Advice[] => {
    if (has.has(name)) return []
    const rule = role === 'imports' ? 'interface-not-imported' : 'interface-not-exported'
    const who = role === 'imports' ? source.name : target?.name
    const what = `"${who}" does not ${role.slice(0, -1)} ${name}; it ${role} ${listOf(world[role])}`
    return [{ rule, message: what, path: [...path, 'interfaces', index] }]
  })
}

function listOf(items: readonly WorldItem[]): string {
  const names = items
    .map(({ name }) => unversioned(name))
    .filter((name) => !/\/types$|^wasi:(io|cli)\//.test(name))
  return names.length === 0 ? 'nothing that can be linked' : names.join(', ')
}

/** Imports that something linked has to serve, and that no link of the component serves. */
export function findUnlinkedImports({ manifest, worlds }: Examined): readonly Advice[] {
  return manifest.spec.components.flatMap((component, index) => {
    const world = worlds.get(component.name)
    if (!world) return []
    const linked = new Set(
      linksAt(manifest)
        .filter(({ source }) => source === component)
        .flatMap(({ link }) => interfacesOf(link)),
    )
    return explainImports(world).flatMap((one): readonly Advice[] => {
      if (one.kind !== 'link' || linked.has(one.link)) return []
      const message = `"${component.name}" imports ${one.link}, and has no link that serves it: its calls will fail`
      return [{ rule: 'import-unlinked', message, path: ['spec', 'components', index] }]
    })
  })
}

/** Links of one interface under several names from a component that cannot choose between them. */
export function findLinkedTwice({ manifest, worlds }: Examined): readonly Advice[] {
  return manifest.spec.components.flatMap((component) => {
    const world = worlds.get(component.name)
    const canChoose = world?.imports.some(({ name }) => name.startsWith('wasmcloud:bus/lattice'))
    if (!world || canChoose === true) return []
    const first = new Map<string, string>()
    return linksAt(manifest)
      .filter(({ source }) => source === component)
      .flatMap(({ link, path }) =>
        interfacesOf(link).flatMap((name, index): readonly Advice[] => {
          const linkName = link.name ?? 'default'
          const before = first.get(name)
          if (before === undefined) first.set(name, linkName)
          // The same name twice is an error of wadm.
          if (before === undefined || before === linkName) return []
          const message = `"${component.name}" has ${name} linked as "${before}" and as "${linkName}", and does not import wasmcloud:bus/lattice to choose: it calls "default" only`
          return [{ rule: 'interface-linked-twice', message, path: [...path, 'interfaces', index] }]
        }),
      )
  })
}

/** Links from one provider to another, which wadm accepts and nobody puts. */
export function findLinksWithoutEffect({ manifest }: Examined): readonly Advice[] {
  return linksAt(manifest).flatMap(({ source, target, path }): readonly Advice[] => {
    if (source.type !== 'capability' || target?.type !== 'capability') return []
    const message = `The link from "${source.name}" to "${target.name}" connects two providers: it has no effect`
    return [{ rule: 'link-without-effect', message, path }]
  })
}
