import { AppError } from '../../core/errors.js'
import { parseSecretReference } from '../../lattice/secrets/secret-reference.js'
import type { Policy, SecretProperty, StringMap } from '../manifest/manifest.js'

/** A stored reference to a secret as a manifest writes it; undefined where the config is none. Never a value. */
export function readSecretReference(
  configName: string,
  values: StringMap,
): { readonly secret: SecretProperty; readonly policy: Policy } | undefined {
  if (!configName.startsWith('SECRET')) return undefined
  try {
    const { name, backend, key, field, version, properties } = parseSecretReference(configName, values)
    const policy = `${backend}-secrets`
    return {
      secret: {
        name,
        properties: {
          policy,
          key,
          ...(field === undefined ? {} : { field }),
          ...(version === undefined ? {} : { version }),
        },
      },
      policy: {
        name: policy,
        type: 'policy.secret.wasmcloud.dev/v1alpha1',
        properties: { backend, ...properties },
      },
    }
  } catch (thrown) {
    // A damaged reference is exported as the config that it is.
    if (thrown instanceof AppError) return undefined
    throw thrown
  }
}
