import type { HostInventory } from '../../lattice/control/inventory-schemas.js'
import type { Link } from '../../lattice/control/schemas.js'
import { annotation } from '../planner/observed.js'
import type {
  ConfigDefinition,
  ConfigProperty,
  Manifest,
  ManifestComponent,
  Policy,
  SecretProperty,
  StringMap,
  Trait,
} from '../manifest/manifest.js'
import { descriptionAnnotation } from '../manifest/manifest.js'
import { readSecretReference } from './secret-policy.js'

/** What runs on a lattice. */
export interface RunningLattice {
  readonly inventories: readonly HostInventory[]
  readonly links: readonly Link[]
  /** Of the configs that links name. */
  readonly configs: ReadonlyMap<string, StringMap>
  /** The manifest components of deployed applications, by id: hosts do not tell the configs of what they run. */
  readonly managed: ReadonlyMap<string, ManifestComponent>
}

/** A manifest, and what it could not say. */
export interface ExportedManifest {
  readonly manifest: Manifest
  readonly warnings: readonly string[]
}

/**
 * A manifest of what runs: each component and provider under its own id, so that deploying it here takes over what there is, and
 * deploying it elsewhere starts the same. Links whose ends do not run are left out, with a warning. Pure.
 */
export function exportManifest(name: string, running: RunningLattice): ExportedManifest {
  const policies = new Map<string, Policy>()
  const warnings: string[] = []
  const parts = [...partsOf(running.inventories)].sort(([a], [b]) => (a < b ? -1 : 1))
  const ids = new Set(parts.map(([id]) => id))
  for (const link of running.links) {
    const absent = [link.source_id, link.target].find((id) => !ids.has(id))
    if (absent === undefined) continue
    warnings.push(
      `The link from ${link.source_id} to ${link.target} is left out: nothing runs with the id ${absent}`,
    )
  }
  const components = parts.map(([id, part]): ManifestComponent => {
    const links = running.links.filter(({ source_id, target }) => source_id === id && ids.has(target))
    const traits = links.map((link) => toTrait(link, running, policies))
    const own = running.managed.get(id)?.properties
    if (!own && part.isPerhapsConfigured)
      warnings.push(`The configuration of ${id} is left out: hosts do not tell what they started it with`)
    return {
      name: id,
      type: part.type,
      properties: { image: part.image, id, config: own?.config ?? [], secrets: own?.secrets ?? [] },
      traits: [...scalerOf(part), ...traits],
    }
  })
  return {
    manifest: {
      apiVersion: 'core.oam.dev/v1beta1',
      kind: 'Application',
      metadata: { name, annotations: { [descriptionAnnotation]: 'Exported by washi' }, labels: {} },
      spec: { components, policies: [...policies.values()] },
    },
    warnings,
  }
}

interface Part {
  readonly type: 'component' | 'capability'
  readonly image: string
  readonly instances: number
  /** Started by hand: its configs are not known. */
  readonly isPerhapsConfigured: boolean
}

function partsOf(inventories: readonly HostInventory[]): ReadonlyMap<string, Part> {
  const parts = new Map<string, Part>()
  const add = (id: string, part: Part): void => {
    const before = parts.get(id)
    parts.set(id, before ? { ...before, instances: before.instances + part.instances } : part)
  }
  for (const { components, providers } of inventories) {
    for (const { id, image_ref: image, max_instances: instances, annotations = {} } of components) {
      const isPerhapsConfigured = annotations?.[annotation.application] === undefined
      add(id, { type: 'component', image, instances, isPerhapsConfigured })
    }
    for (const { id, image_ref: image = '', annotations = {} } of providers) {
      const isPerhapsConfigured = annotations?.[annotation.application] === undefined
      add(id, { type: 'capability', image: image ?? '', instances: 1, isPerhapsConfigured })
    }
  }
  return parts
}

/** A provider runs once without a scaler. */
function scalerOf({ type, instances }: Part): readonly Trait[] {
  if (type === 'capability' && instances === 1) return []
  return [{ type: 'spreadscaler', properties: { kind: 'scaler', instances, spread: [] } }]
}

function toTrait(link: Link, running: RunningLattice, policies: Map<string, Policy>): Trait {
  const source = toEnd(link.source_config, running, policies)
  return {
    type: 'link',
    properties: {
      kind: 'link',
      namespace: link.wit_namespace,
      package: link.wit_package,
      interfaces: link.interfaces,
      ...(link.name === 'default' ? {} : { name: link.name }),
      ...(source.config.length + source.secrets.length === 0 ? {} : { source }),
      target: { name: link.target, ...toEnd(link.target_config, running, policies) },
    },
  }
}

function toEnd(
  names: readonly string[],
  { configs }: RunningLattice,
  policies: Map<string, Policy>,
): ConfigDefinition {
  const config: ConfigProperty[] = []
  const secrets: SecretProperty[] = []
  for (const name of names) {
    const values = configs.get(name)
    const reference = values && readSecretReference(name, values)
    if (reference) {
      policies.set(reference.policy.name, reference.policy)
      secrets.push(reference.secret)
    } else config.push(values ? { name, properties: values } : { name })
  }
  return { config, secrets }
}
