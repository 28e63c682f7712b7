import { createHash } from 'node:crypto'
import type { Link } from '../../lattice/control/schemas.js'
import { componentIdOf } from '../manifest/identifiers.js'
import { imageDigestAnnotation, imageDigestsOf } from '../manifest/image-digests.js'
import { instancePolicyAnnotation, instancePolicyOf } from '../manifest/instance-policy.js'
import { versionOf } from '../manifest/manifest.js'
import { toDesiredConfigs } from './desired-configs.js'
import type { DesiredConfig } from './desired-configs.js'
import type { LinkProperties, Manifest, ManifestComponent, Spread, StringMap } from '../manifest/manifest.js'

/** What a deployed application wants of the lattice. */
export interface DesiredApplication {
  readonly name: string
  readonly version: string
  /** Of the stored record; tells a status from one of an earlier deployment. */
  readonly revision: number
  readonly scalers: readonly DesiredScaler[]
  /** Why none of it is started (what runs already stays); absent where all of it can be. */
  readonly refusal?: string | undefined
}

/** One thing to keep true. Ids and names are those of wadm, so that either manager recognises what the other started. */
export type DesiredScaler = DesiredComponent | DesiredProvider | DesiredLink

interface ScalerBase {
  readonly id: string
  readonly name: string
  readonly configs: readonly DesiredConfig[]
}

interface InstanceScaler extends ScalerBase {
  readonly image: string
  readonly instances: number
  readonly spreads: readonly Spread[]
  /** On every host that meets a spread, rather than divided over them. */
  readonly everywhere: boolean
}

/** Instances of a component. */
export interface DesiredComponent extends InstanceScaler {
  readonly kind: 'component'
  readonly componentId: string
  /** What it is started with beside the manager's own annotations; it is restarted when these change. */
  readonly annotations: StringMap
}

/** A provider, at most once a host. */
export interface DesiredProvider extends InstanceScaler {
  readonly kind: 'provider'
  readonly providerId: string
}

/** A link. */
export interface DesiredLink extends ScalerBase {
  readonly kind: 'link'
  readonly link: Link
  /** The ends that other applications run. */
  readonly shared: readonly SharedEnd[]
}

/** A component or provider of another application at an end of a link. */
export interface SharedEnd {
  readonly id: string
  readonly kind: 'component' | 'provider'
  readonly application: string
}

/** What a manifest wants, in the order of the manifest; of what it takes from other applications, the links only. */
export function toDesiredApplication(manifest: Manifest, revision: number): DesiredApplication {
  return {
    name: manifest.metadata.name,
    version: versionOf(manifest) ?? '',
    revision,
    scalers: manifest.spec.components.flatMap((component) => scalersOf(manifest, component)),
  }
}

function scalersOf(manifest: Manifest, component: ManifestComponent): DesiredScaler[] {
  const image = component.properties.image
  const traits = component.traits ?? []
  const scalers = traits.flatMap(({ type, properties }): DesiredScaler[] => {
    if (type === 'link' && properties.kind === 'link') return linkScaler(manifest, component, properties)
    const isScaler = type === 'spreadscaler' || type === 'daemonscaler'
    if (!isScaler || properties.kind !== 'scaler' || image === undefined) return []
    const { instances, spread } = properties
    return [
      instanceScaler({ manifest, component, image, instances, spread, everywhere: type === 'daemonscaler' }),
    ]
  })
  const isScaled = scalers.some(({ kind }) => kind !== 'link')
  if (component.type === 'component' || isScaled || image === undefined) return scalers
  // A provider without a scaler runs once; a component without one does not run at all.
  const once = instanceScaler({ manifest, component, image, instances: 1, spread: [], everywhere: false })
  return [...scalers, once]
}

interface InstanceOptions {
  readonly manifest: Manifest
  readonly component: ManifestComponent
  readonly image: string
  readonly instances: number
  readonly spread: readonly Spread[]
  readonly everywhere: boolean
}

function instanceScaler(options: InstanceOptions): DesiredComponent | DesiredProvider {
  const { manifest, component, image, instances, spread, everywhere } = options
  const name = componentIdOf(manifest, component)
  const configs = toDesiredConfigs(manifest, component.properties)
  const kind = everywhere ? 'DaemonScaler' : 'SpreadScaler'
  const names = configs.map((config) => config.name)
  const id = hashOf([kind, manifest.metadata.name, component.name, name, image, ...names])
  const common = { id, name, configs, image, instances, spreads: spread, everywhere }
  return component.type === 'component'
    ? {
        kind: 'component',
        componentId: name,
        annotations: ownAnnotations(manifest, component.name),
        ...common,
      }
    : { kind: 'provider', providerId: name, ...common }
}

function ownAnnotations(manifest: Manifest, component: string): StringMap {
  const digest = imageDigestsOf(manifest)[component]
  const policy = instancePolicyOf(manifest, component)
  return {
    ...(digest === undefined ? {} : { [imageDigestAnnotation]: digest }),
    ...(policy === undefined ? {} : { [instancePolicyAnnotation]: policy }),
  }
}

function linkScaler(
  manifest: Manifest,
  source: ManifestComponent,
  properties: LinkProperties,
): DesiredLink[] {
  const target = manifest.spec.components.find(({ name }) => name === properties.target.name)
  if (!target) return []
  const [sourceId, targetId] = [componentIdOf(manifest, source), componentIdOf(manifest, target)]
  const { namespace, package: packageName, interfaces, name = 'default' } = properties
  const sourceConfigs = toDesiredConfigs(manifest, properties.source)
  const targetConfigs = toDesiredConfigs(manifest, properties.target)
  const link: Link = {
    source_id: sourceId,
    target: targetId,
    name,
    wit_namespace: namespace,
    wit_package: packageName,
    interfaces: [...interfaces],
    source_config: sourceConfigs.map((config) => config.name),
    target_config: targetConfigs.map((config) => config.name),
  }
  const parts = [manifest.metadata.name, name, sourceId, targetId, namespace, packageName, ...interfaces]
  return [
    {
      kind: 'link',
      id: hashOf(['LinkScaler', ...parts, ...link.source_config, ...link.target_config]),
      name: `${sourceId} -(${namespace}:${packageName})-> ${targetId}`,
      configs: [...sourceConfigs, ...targetConfigs],
      link,
      shared: [sharedEnd(manifest, source), sharedEnd(manifest, target)].flat(),
    },
  ]
}

function sharedEnd(manifest: Manifest, component: ManifestComponent): readonly SharedEnd[] {
  const { application } = component.properties
  if (!application) return []
  const kind = component.type === 'component' ? 'component' : 'provider'
  return [{ id: componentIdOf(manifest, component), kind, application: application.name }]
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('')).digest('hex')
}
