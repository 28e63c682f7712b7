/**
 * An OAM application manifest as wadm 0.21 understands it, after normalisation: old spellings are gone, absent lists
 * are empty. Optional fields are absent where the manifest has none.
 */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ManifestMetadata
  readonly spec: ManifestSpec
}

/** Name and free key-value pairs; the annotations `version` and `description` have a meaning. */
export interface ManifestMetadata {
  readonly name: string
  readonly annotations: StringMap
  readonly labels: StringMap
}

/** What the application consists of. */
export interface ManifestSpec {
  readonly components: readonly ManifestComponent[]
  readonly policies: readonly Policy[]
}

/** A map from string to string. */
export type StringMap = Readonly<Record<string, string>>

/** Any JSON value. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

/** A WebAssembly component (`component`) or a provider (`capability`). */
export interface ManifestComponent {
  readonly name: string
  readonly type: 'component' | 'capability'
  readonly properties: ComponentProperties
  readonly traits?: readonly Trait[] | undefined
}

/** Either `image` or `application` is present in a valid manifest. */
export interface ComponentProperties {
  readonly image?: string | undefined
  readonly application?: SharedReference | undefined
  readonly id?: string | undefined
  readonly config: readonly ConfigProperty[]
  readonly secrets: readonly SecretProperty[]
}

/** A component of another application that shares it. */
export interface SharedReference {
  readonly name: string
  readonly component: string
}

/** A named configuration; without properties it is managed elsewhere and its name is used as it stands. */
export interface ConfigProperty {
  readonly name: string
  readonly properties?: StringMap | undefined
}

/** A named secret: where to find it, never its value. */
export interface SecretProperty {
  readonly name: string
  readonly properties: {
    readonly policy: string
    readonly key: string
    readonly field?: string | undefined
    readonly version?: string | undefined
  }
}

/** A policy, such as a secrets backend. */
export interface Policy {
  readonly name: string
  readonly type: string
  readonly properties: StringMap
}

/** A trait. The shape of its properties decides what it is, not its type (as in wadm). */
export interface Trait {
  readonly type: string
  readonly properties: TraitProperties
}

/** What the properties of a trait were recognised as. */
export type TraitProperties = LinkProperties | ScalerProperties | CustomProperties

/** A link from the component that carries the trait. */
export interface LinkProperties {
  readonly kind: 'link'
  readonly namespace: string
  readonly package: string
  readonly interfaces: readonly string[]
  /** Absent means `default`. */
  readonly name?: string | undefined
  readonly source?: ConfigDefinition | undefined
  readonly target: TargetDefinition
}

/** Configs and secrets of one end of a link. */
export interface ConfigDefinition {
  readonly config: readonly ConfigProperty[]
  readonly secrets: readonly SecretProperty[]
}

/** The target end of a link; its name is that of a component in the same manifest. */
export interface TargetDefinition extends ConfigDefinition {
  readonly name: string
}

/** How many instances, and on which hosts. */
export interface ScalerProperties {
  readonly kind: 'scaler'
  readonly instances: number
  readonly spread: readonly Spread[]
}

/** A share of the instances for the hosts whose labels meet the requirements. */
export interface Spread {
  readonly name: string
  readonly requirements: StringMap
  /** Absent means 100. */
  readonly weight?: number | undefined
}

/** Properties that are neither a link nor a scaler; kept, without effect. */
export interface CustomProperties {
  readonly kind: 'custom'
  readonly value: JsonValue
}

/** The annotation that names the version. */
export const versionAnnotation = 'version'

/** The annotation that describes the application in lists. */
export const descriptionAnnotation = 'description'

/** The version of a manifest; undefined where it has none yet. */
export function versionOf(manifest: Manifest): string | undefined {
  return manifest.metadata.annotations[versionAnnotation]
}

/** All links of a component: traits of type `link` in the shape of one. */
export function linksOf(component: ManifestComponent): readonly LinkProperties[] {
  return (component.traits ?? []).flatMap(({ type, properties }) =>
    type === 'link' && properties.kind === 'link' ? [properties] : [],
  )
}
