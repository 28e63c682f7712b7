import { AppError } from '../../core/errors.js'
import { stringMapSchema } from '../control/schemas.js'
import type { StringMap } from '../control/schemas.js'
import type { Bucket } from '../key-value.js'
import { parseStrictJson } from '../strict-json.js'

/** Whether a config name refers to a secret instead of values. */
export function isSecretName(name: string): boolean {
  return name.startsWith('SECRET')
}

/** Whether the lattice's store can hold a config of that name. */
export function isConfigName(name: string): boolean {
  return /^[-/_=a-zA-Z0-9]+$/.test(name)
}

/** The values of a named config as of a revision of its bucket. */
export interface StoredConfig {
  readonly values: StringMap
  readonly revision: number
}

/** The values of a named config; undefined where there is none. */
export async function readConfig(bucket: Bucket, name: string): Promise<StringMap | undefined> {
  return (await readStoredConfig(bucket, name))?.values
}

/** The same, with its revision. */
export async function readStoredConfig(bucket: Bucket, name: string): Promise<StoredConfig | undefined> {
  const entry = isConfigName(name) ? await bucket.get(name) : undefined
  if (!entry) return undefined
  const values = parseConfig(entry.value)
  if (values) return { values, revision: entry.revision }
  throw new AppError('STORE_DAMAGED', `Cannot read the config "${name}": it is not a map of text to text`, {
    hint: `Put it again: washi config put ${name} KEY=VALUE`,
  })
}

/** Reads a stored config; undefined where it is damaged. */
export function parseConfig(value: Uint8Array): StringMap | undefined {
  try {
    return stringMapSchema.parse(parseStrictJson(value))
  } catch {
    // Damaged by whatever wrote it; the caller says so.
    return undefined
  }
}

/** Merges configs from left to right: the rightmost value of a key wins. */
export function mergeConfigs(configs: readonly StringMap[]): StringMap {
  return Object.assign({}, ...configs) as StringMap
}
