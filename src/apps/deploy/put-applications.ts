import type { ApplicationsClient } from '../api/applications-client.js'
import type { ManifestSource } from './manifest-source.js'
import { prepareManifest } from './prepare-manifest.js'
import type { PreparedManifest, ReadManifestOptions } from './prepare-manifest.js'

/** Options of putApplications(). */
export interface PutOptions extends ReadManifestOptions {
  readonly client: ApplicationsClient
  readonly sources: readonly ManifestSource[]
}

/** A stored manifest. */
export interface PutManifest {
  readonly name: string
  readonly version: string
  /** What the manager adds, such as shared components that are not deployed. */
  readonly note: readonly string[]
}

/** Stores manifests, after all of them were read and checked. Throws what prepareManifest() and the client throw. */
export async function putApplications({
  client,
  sources,
  ...options
}: PutOptions): Promise<readonly PutManifest[]> {
  const prepared: PreparedManifest[] = []
  for (const source of sources) prepared.push(await prepareManifest(source, options))
  const stored: PutManifest[] = []
  for (const { manifest } of prepared) {
    const { name, version, message } = await client.put(manifest)
    const note = /, (but some shared components are not deployed: .*)$/s.exec(message)?.[1]
    stored.push({ name, version, note: note === undefined ? [] : [note] })
  }
  return stored
}
