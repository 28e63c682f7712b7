import type { ApplicationsClient } from '../api/applications-client.js'
import type { ManifestSource } from './manifest-source.js'
import { prepareManifest } from './prepare-manifest.js'
import type { PreparedManifest, ReadManifestOptions } from './prepare-manifest.js'

/** A stored manifest. */
export interface PutManifest {
  readonly name: string
  readonly version: string
  /** What the manager adds, such as shared components that are not deployed. */
  readonly note: readonly string[]
}

/** Reads and checks manifests; nothing is sent. Throws what prepareManifest() throws. */
export async function prepareManifests(
  sources: readonly ManifestSource[],
  options: ReadManifestOptions,
): Promise<readonly PreparedManifest[]> {
  const prepared: PreparedManifest[] = []
  for (const source of sources) prepared.push(await prepareManifest(source, options))
  return prepared
}

/** Stores manifests, one after another. Throws what the client throws. */
export async function putApplications(
  client: ApplicationsClient,
  prepared: readonly PreparedManifest[],
): Promise<readonly PutManifest[]> {
  const stored: PutManifest[] = []
  for (const { manifest } of prepared) {
    const { name, version, message } = await client.put(manifest)
    const note = /, (but some shared components are not deployed: .*)$/s.exec(message)?.[1]
    stored.push({ name, version, note: note === undefined ? [] : [note] })
  }
  return stored
}
