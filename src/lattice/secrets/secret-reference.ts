import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import type { StringMap } from '../control/schemas.js'

/** Where a secret is to be found, as the lattice stores it under a name that begins with SECRET. */
export interface SecretReference {
  /** Under which the component or provider has it. */
  readonly name: string
  readonly backend: string
  readonly key: string
  readonly field?: string | undefined
  readonly version?: string | undefined
  /** Further properties for the backend. */
  readonly properties: StringMap
}

const referenceType = 'secret.wasmcloud.dev/v1alpha1'
const propertiesType = 'properties.secret.wasmcloud.dev/v1alpha1'

const storedSchema = z.object({
  name: z.string(),
  backend: z.string().regex(/^[^\s.*>]+$/),
  key: z.string().min(1),
  field: z.string().optional(),
  version: z.string().optional(),
  policy: z.string(),
  type: z.string(),
})

/** The stored form: a config like any other, whose values are all text. */
export function encodeSecretReference(reference: SecretReference): StringMap {
  const { name, backend, key, field, version, properties } = reference
  return {
    ...{ name, backend, key },
    ...(field === undefined ? {} : { field }),
    ...(version === undefined ? {} : { version }),
    policy: JSON.stringify({ type: propertiesType, properties }),
    type: referenceType,
  }
}

/** A stored reference, and its policy as it is stored, which backends are given. Throws SECRET_REFERENCE_INVALID. */
export function parseSecretReference(
  configName: string,
  stored: StringMap,
): SecretReference & { readonly policy: string } {
  const parsed = storedSchema.safeParse(stored)
  const properties = parsed.success ? parseProperties(parsed.data.policy) : undefined
  if (parsed.success && properties) return { ...parsed.data, properties }
  const what = parsed.success ? 'its policy is not JSON' : z.prettifyError(parsed.error)
  throw new AppError(
    'SECRET_REFERENCE_INVALID',
    `Cannot read the reference to a secret in "${configName}": ${what}`,
    { hint: 'Put it again: washi secrets put NAME BACKEND KEY' },
  )
}

const policySchema = z.object({ properties: z.record(z.string(), z.string()).default({}) })

function parseProperties(policy: string): StringMap | undefined {
  try {
    return policySchema.parse(JSON.parse(policy)).properties
  } catch {
    // The caller says what is wrong.
    return undefined
  }
}
