import { errorAt } from './finding.js'
import type { Finding } from './finding.js'
import type { Manifest, ManifestComponent, SecretProperty } from './manifest.js'
import { versionOf } from './manifest.js'
import { isOamKey } from './oam-key.js'
import type { SourcePath } from './source-tree.js'
import {
  findDanglingLinks,
  findDuplicateLinkConfigs,
  findDuplicateLinks,
  findMalformedTraits,
  findMissingTargets,
  findUnrecognizedInterfaces,
} from './validate-links.js'

/**
 * Judges a manifest as wadm 0.21 does: the same findings, in the same order, with the same texts. An empty list or one
 * of warnings only means valid.
 */
export function validateManifest(manifest: Manifest): readonly Finding[] {
  return rules.flatMap((rule) => rule(manifest))
}

const rules: readonly ((manifest: Manifest) => readonly Finding[])[] = [
  checkName,
  checkVersion,
  (manifest) => checkKeys(manifest, 'labels', 'label'),
  (manifest) => checkKeys(manifest, 'annotations', 'annotation'),
  findDuplicateNames,
  findDuplicateIds,
  findMissingTargets,
  findUnrecognizedInterfaces,
  findDanglingLinks,
  checkSecretPolicies,
  findMalformedTraits,
  checkProperties,
  findDuplicateLinks,
  findDuplicateLinkConfigs,
]

const namePattern = /^[-\p{L}\p{N}\p{M}\p{Pc}]+$/u

/** Whether an application may have this name. */
export function isManifestName(name: string): boolean {
  return namePattern.test(name)
}

function checkName({ metadata: { name } }: Manifest): Finding[] {
  if (isManifestName(name)) return []
  const reason = 'is not allowed (should match regex [^[-\\w]+$])'
  return [errorAt(['metadata', 'name'], `manifest name [${name}] ${reason}`)]
}

function checkVersion(manifest: Manifest): Finding[] {
  if (versionOf(manifest) !== 'latest') return []
  return [errorAt(['metadata', 'annotations', 'version'], 'latest is not allowed in wadm')]
}

function checkKeys({ metadata }: Manifest, field: 'labels' | 'annotations', what: string): Finding[] {
  return Object.entries(metadata[field])
    .filter(([key]) => !isOamKey(key))
    .map(([key, value]) =>
      errorAt(
        ['metadata', field, key],
        `Invalid OAM ${what}: (${JSON.stringify(key)}, ${JSON.stringify(value)})`,
      ),
    )
}

function findDuplicateNames({ spec }: Manifest): Finding[] {
  return findRepeats(spec.components, ({ name }) => name).map(([index, name]) =>
    errorAt(['spec', 'components', index, 'name'], `Duplicate component name in manifest: ${name}`),
  )
}

function findDuplicateIds({ spec }: Manifest): Finding[] {
  return findRepeats(spec.components, ({ properties }) => properties.id).map(([index, id]) =>
    errorAt(
      ['spec', 'components', index, 'properties', 'id'],
      `Duplicate component identifier in manifest: ${id}`,
    ),
  )
}

function findRepeats<T>(items: readonly T[], keyOf: (item: T) => string | undefined): [number, string][] {
  const seen = new Set<string>()
  return items.flatMap((item, index): [number, string][] => {
    const key = keyOf(item)
    if (key === undefined) return []
    if (seen.has(key)) return [[index, key]]
    seen.add(key)
    return []
  })
}

const secretPolicyType = 'policy.secret.wasmcloud.dev/v1alpha1'

function checkSecretPolicies(manifest: Manifest): Finding[] {
  const policies = new Map(manifest.spec.policies.map((policy) => [policy.name, policy]))
  return manifest.spec.components.flatMap((component, index) =>
    secretsOf(component).flatMap(({ secret, path }) => {
      const policy = policies.get(secret.properties.policy)
      const at = ['spec', 'components', index, ...path]
      const mapped = `secret '${secret.name}' is mapped to`
      if (!policy) return [errorAt(at, `${mapped} unknown policy '${secret.properties.policy}'`)]
      if (policy.type !== secretPolicyType) {
        const reason = `which is not a secret policy. Expected type '${secretPolicyType}'`
        return [errorAt(at, `${mapped} policy '${policy.name}' ${reason}`)]
      }
      if (Object.hasOwn(policy.properties, 'backend')) return []
      return [errorAt(at, `${mapped} policy '${policy.name}' which does not include a 'backend' property`)]
    }),
  )
}

/** All secrets that a component and its links name, with their path inside the component. */
export function secretsOf(
  component: ManifestComponent,
): readonly { readonly secret: SecretProperty; readonly path: SourcePath }[] {
  const own = component.properties.secrets.map((secret, index) => ({
    secret,
    path: ['properties', 'secrets', index],
  }))
  const ofLinks = (component.traits ?? []).flatMap(({ properties }, trait) => {
    if (properties.kind !== 'link') return []
    return (['target', 'source'] as const).flatMap((end) =>
      (properties[end]?.secrets ?? []).map((secret, index) => ({
        secret,
        path: ['traits', trait, 'properties', end, 'secrets', index],
      })),
    )
  })
  return [...own, ...ofLinks]
}

function checkProperties({ spec }: Manifest): Finding[] {
  return spec.components.flatMap((component, index) => {
    const reason = faultOfProperties(component)
    return reason === undefined ? [] : [errorAt(['spec', 'components', index, 'properties'], reason)]
  })
}

function faultOfProperties({ properties, traits }: ManifestComponent): string | undefined {
  const { image, application } = properties
  if (image !== undefined && application) {
    return "Component cannot have both 'image' and 'application' properties"
  }
  if (image === undefined && !application) {
    return "Component must have either 'image' or 'application' property"
  }
  if (!application) return undefined
  const shared = `Shared component '${application.name}'`
  if (properties.config.length > 0) return `${shared} cannot specify additional 'config'`
  if (properties.secrets.length > 0) return `${shared} cannot specify additional 'secrets'`
  const isScaled = (traits ?? []).some((trait) => trait.properties.kind === 'scaler')
  return isScaled ? `${shared} cannot include a scaler trait` : undefined
}
