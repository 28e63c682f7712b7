import type { LinkProperties, Manifest, ManifestComponent } from '../manifest/manifest.js'
import type { ParsedManifest } from '../manifest/parse-manifest.js'
import type { SourcePath } from '../manifest/source-tree.js'
import type { World } from '../../wit/model.js'

/** What washi has to say about a manifest beside the findings of wadm. It never makes a manifest invalid. */
export interface Advice {
  readonly rule: AdviceRule
  /** A sentence without a period. */
  readonly message: string
  readonly path: SourcePath
}

/** The rules, in the order in which their advice is given. */
export const adviceRules = [
  'image-missing',
  'image-unpinned',
  'never-started',
  'interface-not-imported',
  'interface-not-exported',
  'import-unlinked',
  'interface-linked-twice',
  'link-without-effect',
  'port-clash',
  'config-key-unknown',
  'annotations-empty',
  'requirements-empty',
  'weights-zero',
] as const

/** The name of a rule. */
export type AdviceRule = (typeof adviceRules)[number]

/** What the rules look at. */
export interface Examined {
  readonly parsed: ParsedManifest
  readonly manifest: Manifest
  /** The worlds of the components whose files could be read, by name in the manifest. */
  readonly worlds: ReadonlyMap<string, World>
}

/** A link with where it stands. */
export interface LinkAt {
  readonly source: ManifestComponent
  readonly link: LinkProperties
  /** Undefined for a dangling link. */
  readonly target: ManifestComponent | undefined
  readonly path: SourcePath
}

/** All links of a manifest, in its order. */
export function linksAt(manifest: Manifest): readonly LinkAt[] {
  const { components } = manifest.spec
  return components.flatMap((source, index) =>
    (source.traits ?? []).flatMap(({ type, properties }, trait): readonly LinkAt[] => {
      if (type !== 'link' || properties.kind !== 'link') return []
      const target = components.find(({ name }) => name === properties.target.name)
      const path = ['spec', 'components', index, 'traits', trait, 'properties']
      return [{ source, link: properties, target, path }]
    }),
  )
}

/** The interfaces of a link in full: `wasi:keyvalue/store`. */
export function interfacesOf({
  namespace,
  package: packageName,
  interfaces,
}: LinkProperties): readonly string[] {
  return interfaces.map((name) => `${namespace}:${packageName}/${name}`)
}
