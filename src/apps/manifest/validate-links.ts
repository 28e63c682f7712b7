import { encodeTraitProperties } from './encode-manifest.js'
import { errorAt, warningAt } from './finding.js'
import type { Finding } from './finding.js'
import { isRecognized } from './known-interfaces.js'
import type { JsonValue, LinkProperties, Manifest, Trait } from './manifest.js'
import type { SourceNode, SourcePath } from './source-tree.js'

interface TraitAt {
  readonly trait: Trait
  readonly path: SourcePath
}

/** Links whose target is no component of the manifest: one error for all of them. */
export function findMissingTargets(manifest: Manifest): Finding[] {
  const names = componentNames(manifest)
  // wadm looks at the shape here, whatever the type of the trait (the old type `linkdef`, for one).
  const missing = linkShapesIn(manifest).filter(({ link }) => !names.has(link.target.name))
  const [first] = missing
  if (!first) return []
  const listed = [...new Set(missing.map(({ link }) => link.target.name))].map((name) => JSON.stringify(name))
  return [
    errorAt(
      [...first.path, 'target'],
      `The following capability component(s) are missing from the manifest: [${listed.join(', ')}]`,
    ),
  ]
}

/** Interfaces that a known namespace does not have: a typing error, most of the time. */
export function findUnrecognizedInterfaces(manifest: Manifest): Finding[] {
  return linksIn(manifest).flatMap(({ link, path }) =>
    link.interfaces.flatMap((name, index) => {
      if (isRecognized(link.namespace, link.package, name)) return []
      const full = `${link.namespace}:${link.package}/${name}`
      return [warningAt([...path, 'interfaces', index], `unrecognized interface [${full}]`)]
    }),
  )
}

/** Links to components that are not listed, among them `link` traits that do not have the shape of a link. */
export function findDanglingLinks(manifest: Manifest): Finding[] {
  const names = componentNames(manifest)
  return traitsIn(manifest)
    .filter(({ trait }) => trait.type === 'link')
    .flatMap(({ trait: { properties }, path }) => {
      if (properties.kind === 'custom') return checkCustomLink(properties.value, names, path)
      if (properties.kind === 'scaler' || names.has(properties.target.name)) return []
      const target = properties.target.name
      const which = properties.name === undefined ? `target [${target}]` : `name [${properties.name}]`
      return [warningAt([...path, 'target'], `link (${which}) target [${target}] is not a listed component`)]
    })
}

function checkCustomLink(value: JsonValue, names: ReadonlySet<string>, path: SourcePath): Finding[] {
  const target = fieldOf(value, 'target')
  if (target === undefined) return [errorAt(path, "custom link is missing 'target' property")]
  const name = fieldOf(target, 'name')
  if (typeof name !== 'string') {
    return [errorAt([...path, 'target'], "custom link is missing 'target' name property")]
  }
  if (names.has(name)) return []
  return [warningAt([...path, 'target'], `custom link target [${name}] is not a listed component`)]
}

/** Traits of a known type whose properties do not have its shape: they would have no effect. */
export function findMalformedTraits(manifest: Manifest): Finding[] {
  return traitsIn(manifest).flatMap(({ trait, path }) => {
    const { type, properties } = trait
    const isScaler = type === 'spreadscaler' || type === 'daemonscaler'
    if (properties.kind === 'custom' && (type === 'link' || isScaler)) {
      const what = type === 'link' ? 'Link' : 'Scaler'
      const reason = 'trait deserialized as custom trait, ensure fields are correct'
      return [errorAt(path, `${what} ${reason}: ${sortedJson(properties.value)}`)]
    }
    // wadm panics here; there is no text of its to repeat.
    if (properties.kind === 'scaler' && type === 'link') {
      const json = sortedJson(encodeTraitProperties(properties))
      return [errorAt(path, `Link trait has the properties of a scaler, ensure fields are correct: ${json}`)]
    }
    return []
  })
}

/** The same interface linked twice under one link name from one component. */
export function findDuplicateLinks(manifest: Manifest): Finding[] {
  return manifest.spec.components.flatMap((component, index) => {
    const seen = new Set<string>()
    return linksIn(manifest)
      .filter(({ path }) => path[2] === index)
      .flatMap(({ link, path }) =>
        link.interfaces.flatMap((name, at) => {
          const what = `${link.name ?? 'default'} (${link.namespace}:${link.package}/${name})`
          if (!seen.has(what)) {
            seen.add(what)
            return []
          }
          const message = `Duplicate link found inside component '${component.name}': ${what}`
          return [errorAt([...path, 'interfaces', at], message)]
        }),
      )
  })
}

/** Named configs with properties that two link ends define: the second would overwrite the first. */
export function findDuplicateLinkConfigs(manifest: Manifest): Finding[] {
  const seen = new Set<string>()
  return linksIn(manifest).flatMap(({ link, path }) =>
    (['source', 'target'] as const).flatMap((end) =>
      (link[end]?.config ?? []).flatMap(({ name, properties }, index) => {
        if (!properties) return []
        if (!seen.has(name)) {
          seen.add(name)
          return []
        }
        return [errorAt([...path, end, 'config', index], `Duplicate link config name found: '${name}'`)]
      }),
    ),
  )
}

/** Warnings about old spellings, which only the document as written shows. */
export function findOldSpellings(source: SourceNode): Finding[] {
  return listAt(listAtKey(source, ['spec', 'components'])).flatMap((component, index) =>
    listAt(listAtKey(component, ['traits'])).flatMap((trait, at) => {
      if (scalarAt(trait, 'type') !== 'link') return []
      const properties = childAt(trait, 'properties')
      return (['source', 'target'] as const)
        .filter((end) => properties?.kind === 'map' && properties.entries.has(`${end}_config`))
        .map((end) =>
          warningAt(
            ['spec', 'components', index, 'traits', at, 'properties', `${end}_config`],
            `one of the components' link trait contains a ${end}_config key, please use ${end}:config: rather`,
          ),
        )
    }),
  )
}

interface LinkAt {
  readonly link: LinkProperties
  readonly type: string
  readonly path: SourcePath
}

function linksIn(manifest: Manifest): readonly LinkAt[] {
  return linkShapesIn(manifest).filter(({ type }) => type === 'link')
}

function linkShapesIn(manifest: Manifest): readonly LinkAt[] {
  return traitsIn(manifest).flatMap(({ trait: { type, properties }, path }) =>
    properties.kind === 'link' ? [{ link: properties, type, path }] : [],
  )
}

function traitsIn({ spec }: Manifest): readonly TraitAt[] {
  return spec.components.flatMap((component, index) =>
    (component.traits ?? []).map((trait, at) => ({
      trait,
      path: ['spec', 'components', index, 'traits', at, 'properties'],
    })),
  )
}

function componentNames({ spec }: Manifest): ReadonlySet<string> {
  return new Set(spec.components.map(({ name }) => name))
}

function fieldOf(value: JsonValue, field: string): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.hasOwn(value, field) ? (value as { readonly [key: string]: JsonValue })[field] : undefined
}

function sortedJson(value: JsonValue): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )
}

function childAt(node: SourceNode | undefined, key: string): SourceNode | undefined {
  return node?.kind === 'map' ? node.entries.get(key)?.value : undefined
}

function listAtKey(node: SourceNode, keys: readonly string[]): SourceNode | undefined {
  return keys.reduce<SourceNode | undefined>(childAt, node)
}

function listAt(node: SourceNode | undefined): readonly SourceNode[] {
  return node?.kind === 'list' ? node.items : []
}

function scalarAt(node: SourceNode, key: string): string | undefined {
  const child = childAt(node, key)
  return child?.kind === 'scalar' ? child.text || String(child.value) : undefined
}
