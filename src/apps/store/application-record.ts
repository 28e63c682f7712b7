import { z } from 'zod'
import type { JsonValue, Manifest } from '../manifest/manifest.js'
import { decodeManifest } from '../manifest/decode-manifest.js'
import { encodeManifest } from '../manifest/encode-manifest.js'
import { toSourceNode } from '../manifest/source-tree.js'
import { orderedEntries, stringifyEntries } from './ordered-json.js'

/** All versions of an application, oldest first, and which one is deployed. */
export interface ApplicationRecord {
  readonly versions: readonly StoredVersion[]
  readonly deployedVersion: string | undefined
}

/** One version. */
export interface StoredVersion {
  readonly version: string
  readonly manifest: Manifest
}

const recordSchema = z.object({
  manifests: z.record(z.string(), z.unknown()),
  deployed_version: z.string().nullish(),
})

/** Reads a record as wadm stores it. Throws for anything else, damaged manifests included. */
export function parseApplicationRecord(text: string): ApplicationRecord {
  const { deployed_version: deployedVersion } = recordSchema.parse(JSON.parse(text))
  const versions = orderedEntries(text, 'manifests').map(([version, json]) => ({
    version,
    manifest: decodeManifest(toSourceNode(withRequiredMaps(json))),
  }))
  return { versions, deployedVersion: deployedVersion ?? undefined }
}

/** The text of a record as wadm stores it: the order of the manifests is the history. */
export function stringifyApplicationRecord({ versions, deployedVersion }: ApplicationRecord): string {
  const manifests = stringifyEntries(
    versions.map(({ version, manifest }) => [version, encodeManifest(manifest)] as const),
  )
  return `{"manifests":${manifests},"deployed_version":${JSON.stringify(deployedVersion ?? null)}}`
}

/** The version that was put last. */
export function latestOf({ versions }: ApplicationRecord): StoredVersion | undefined {
  return versions.at(-1)
}

/** The version of that name. */
export function findVersion({ versions }: ApplicationRecord, version: string): StoredVersion | undefined {
  return versions.find((each) => each.version === version)
}

/** wadm leaves empty annotations and requirements out when it writes, and demands them when it reads. */
function withRequiredMaps(json: JsonValue): JsonValue {
  const text = JSON.stringify(json, (key, value: unknown) => {
    if (key === 'metadata' && isObject(value)) return { annotations: {}, ...value }
    if (key === 'spread' && Array.isArray(value)) {
      return value.map((spread: unknown) => (isObject(spread) ? { requirements: {}, ...spread } : spread))
    }
    return value
  })
  return JSON.parse(text) as JsonValue
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
