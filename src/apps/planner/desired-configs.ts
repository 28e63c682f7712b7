import { encodeSecretReference } from '../../lattice/secrets/secret-reference.js'
import { configNameOf, secretNameOf } from '../manifest/identifiers.js'
import type { ConfigDefinition, Manifest, SecretProperty, StringMap } from '../manifest/manifest.js'

/** A named configuration or a reference to a secret; without values it is managed elsewhere and has to exist. */
export interface DesiredConfig {
  readonly name: string
  readonly values?: StringMap | undefined
}

/** The configurations of a component or of an end of a link, then its secrets, as hosts take them: in one list. */
export function toDesiredConfigs(
  manifest: Manifest,
  { config, secrets }: ConfigDefinition = { config: [], secrets: [] },
): readonly DesiredConfig[] {
  const { name } = manifest.metadata
  return [
    ...config.map((each) => ({
      name: configNameOf(name, each),
      ...(each.properties ? { values: each.properties } : {}),
    })),
    ...secrets.map((secret) => ({ name: secretNameOf(name, secret), values: referenceTo(manifest, secret) })),
  ]
}

/** Where a host finds a secret, as wadm and wash store it: never its value. */
function referenceTo({ spec }: Manifest, { name, properties }: SecretProperty): StringMap {
  const { policy: policyName, key, field, version } = properties
  const policy = spec.policies.find((each) => each.name === policyName)
  const { backend = '', ...rest } = policy?.properties ?? {}
  return encodeSecretReference({ name, backend, key, field, version, properties: rest })
}
