import { isMap, isSeq, parseDocument } from 'yaml'
import type { Document, YAMLMap, YAMLSeq } from 'yaml'
import { AppError } from '../../core/errors.js'
import type {
  ConfigProperty,
  LinkProperties,
  Manifest,
  ManifestComponent,
  StringMap,
} from '../manifest/manifest.js'
import { linksOf } from '../manifest/manifest.js'
import { parseManifest } from '../manifest/parse-manifest.js'
import type {
  PlannedApplication,
  PlannedComponent,
  PlannedLink,
  PlannedProvider,
} from './planned-application.js'
import { componentLines, linkLines, providerLines } from './planned-lines.js'

/** A manifest with what it lacked, and what that was. */
export interface MergedManifest {
  readonly text: string
  /** One sentence per thing that was added; none: the text is as it was. */
  readonly added: readonly string[]
}

/**
 * Adds to a manifest what a plan has beyond it: components, providers and links. What is there stays as it is, with its comments
 * and its order: components are known by name or image, a link by source, package and interfaces whatever its target. Throws
 * MANIFEST_INVALID for text that is no manifest.
 */
export function mergeManifest(text: string, file: string, planned: PlannedApplication): MergedManifest {
  const { manifest } = parseManifest(text, file)
  const document = parseDocument(text)
  const components = document.getIn(['spec', 'components'])
  if (!isSeq(components)) {
    throw new AppError('MANIFEST_INVALID', `Cannot add to "${file}": it has no list of components`, {
      place: { file },
      hint: 'Derive a new manifest without --into',
    })
  }
  const merge = new Merge(document, components, manifest)
  for (const component of planned.components) merge.addComponent(component)
  for (const provider of planned.providers) merge.addProvider(provider)
  return merge.added.length === 0
    ? { text, added: [] }
    : { text: document.toString({ lineWidth: 0, flowCollectionPadding: false }), added: merge.added }
}

/** The component of a manifest that a planned one means: by its name, or by its image. */
export function findPlanned(
  { spec }: Manifest,
  { name, image }: { readonly name: string; readonly image: string },
): number {
  const byName = spec.components.findIndex((component) => component.name === name)
  if (byName >= 0) return byName
  return spec.components.findIndex(({ properties }) => sameImage(properties.image, image))
}

function sameImage(a: string | undefined, b: string): boolean {
  return a !== undefined && a.replace('file://./', 'file://') === b.replace('file://./', 'file://')
}

class Merge {
  readonly added: string[] = []
  readonly #document: Document
  readonly #components: YAMLSeq
  readonly #manifest: Manifest
  /** Names in the plan that have other names in the manifest. */
  readonly #names = new Map<string, string>()

  constructor(document: Document, components: YAMLSeq, manifest: Manifest) {
    this.#document = document
    this.#components = components
    this.#manifest = manifest
  }

  addComponent(planned: PlannedComponent): void {
    const at = findPlanned(this.#manifest, planned)
    const existing = this.#manifest.spec.components[at]
    if (!existing) {
      for (const { target } of planned.links) this.#addedTargets.add(target)
      this.#append(componentLines(planned), `component "${planned.name}"`)
      return
    }
    this.#names.set(planned.name, existing.name)
    this.#addLinks(at, existing, planned.links)
  }

  addProvider(planned: PlannedProvider): void {
    const at = this.#findProvider(planned)
    const existing = this.#manifest.spec.components[at]
    if (existing) {
      this.#names.set(planned.name, existing.name)
      this.#addLinks(at, existing, planned.links)
      return
    }
    // Wanted only if a link to it was added, or it calls what nothing calls yet.
    const links = planned.links.filter((link) => !this.#isCalled(link))
    const isTarget = this.#addedTargets.has(planned.name)
    if (!isTarget && links.length === 0) return
    const renamed = links.map((link) => this.#renamed(link))
    this.#append(providerLines({ ...planned, links: renamed }), `provider "${planned.name}"`)
  }

  readonly #addedTargets = new Set<string>()

  #addLinks(at: number, existing: ManifestComponent, links: readonly PlannedLink[]): void {
    for (const planned of links) {
      const missing = this.#missingOf(existing, planned)
      if (missing.length === 0) continue
      const link = this.#apart(existing, this.#renamed({ ...planned, interfaces: missing }))
      this.#addedTargets.add(planned.target)
      this.#appendTo(at, linkLines(link))
      this.added.push(
        `link from "${existing.name}" to "${link.target}" for ${link.namespace}:${link.package}/${missing.join(', ')}`,
      )
    }
  }

  #missingOf(existing: ManifestComponent, planned: PlannedLink): readonly string[] {
    if (planned.providerIs === 'source') return this.#isCalled(planned) ? [] : planned.interfaces
    const has = linksOf(existing)
    return planned.interfaces.filter((name) => !has.some((link) => covers(link, planned, name)))
  }

  /** The link with a name, a config name and a port that no other link of the manifest has. */
  #apart(existing: ManifestComponent, link: PlannedLink): PlannedLink {
    const isTaken = linksOf(existing).some(
      (each) =>
        each.namespace === link.namespace &&
        each.package === link.package &&
        (each.name ?? 'default') === (link.name ?? 'default'),
    )
    const named = isTaken ? { ...link, name: link.target } : link
    if (!link.config) return named
    const configs = this.#manifest.spec.components.flatMap(linksOf).flatMap(configsOf)
    const name = configs.some((each) => each.name === link.config?.name)
      ? `${link.target}-${link.config.name}`
      : link.config.name
    return {
      ...named,
      config: { ...link.config, name, properties: withFreePort(link.config.properties, configs) },
    }
  }

  /** Whether something in the manifest calls what a provider would call. */
  #isCalled(planned: PlannedLink): boolean {
    const target = this.#names.get(planned.target) ?? planned.target
    return this.#manifest.spec.components
      .flatMap(linksOf)
      .some(
        (link) =>
          link.target.name === target && planned.interfaces.every((name) => covers(link, planned, name)),
      )
  }

  #renamed(link: PlannedLink): PlannedLink {
    const target = this.#names.get(link.target)
    return target === undefined ? link : { ...link, target }
  }

  /** A provider of the same name, or of the same image whatever its tag. */
  #findProvider({ name, image }: PlannedProvider): number {
    const repository = (reference: string | undefined): string => (reference ?? '').replace(/[:@][^/]*$/, '')
    const byName = this.#manifest.spec.components.findIndex((each) => each.name === name)
    if (byName >= 0) return byName
    return this.#manifest.spec.components.findIndex(
      ({ type, properties }) => type === 'capability' && repository(properties.image) === repository(image),
    )
  }

  #append(lines: readonly string[], what: string): void {
    const item = toNode(lines)
    item.spaceBefore = true
    this.#components.add(item)
    this.added.push(what)
  }

  #appendTo(at: number, lines: readonly string[]): void {
    const component = this.#components.get(at)
    if (!isMap(component)) return
    const traits = component.get('traits')
    if (isSeq(traits)) traits.add(toNode(lines))
    else {
      const list = this.#document.createNode([]) as YAMLSeq
      list.add(toNode(lines))
      component.set('traits', list)
    }
  }
}

/** The one item of a list in YAML, with the comments before it. */
function toNode(lines: readonly string[]): YAMLMap {
  const { contents } = parseDocument(lines.join('\n'))
  const item = isSeq(contents) ? contents.items[0] : undefined
  if (!isSeq(contents) || !isMap(item)) throw new Error('no item in the lines of a part')
  // Before the first item of a list, a comment belongs to the list.
  item.commentBefore = contents.commentBefore ?? item.commentBefore ?? null
  return item
}

function configsOf(link: LinkProperties): readonly ConfigProperty[] {
  return [...(link.source?.config ?? []), ...link.target.config]
}

/** An address whose port no other config names. */
function withFreePort(properties: StringMap, configs: readonly ConfigProperty[]): StringMap {
  const [, host, first] = /^(.*):(\d+)$/.exec(properties['address'] ?? '') ?? []
  if (host === undefined) return properties
  const taken = new Set(configs.map((each) => /:(\d+)$/.exec(each.properties?.['address'] ?? '')?.[1]))
  let port = Number(first)
  while (taken.has(String(port))) port += 1
  return { ...properties, address: `${host}:${port}` }
}

function covers(link: LinkProperties, planned: PlannedLink, name: string): boolean {
  return (
    link.namespace === planned.namespace && link.package === planned.package && link.interfaces.includes(name)
  )
}
