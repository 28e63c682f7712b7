import type { ApplicationsClient } from '../api/applications-client.js'
import type { DeploySource } from '../deploy/deploy-application.js'
import { prepareManifest } from '../deploy/prepare-manifest.js'
import type { ReadManifestOptions } from '../deploy/prepare-manifest.js'
import { AppError } from '../../core/errors.js'
import type { Manifest } from '../manifest/manifest.js'
import { versionOf } from '../manifest/manifest.js'

/** Two manifests to compare; undefined where nothing is deployed. */
export interface BothSides {
  readonly name: string
  readonly before: Manifest | undefined
  readonly after: Manifest
  /** What they are called: `v0.0.1`, `wadm.yaml`. */
  readonly beforeLabel: string
  readonly afterLabel: string
}

/** What to compare: what runs with a manifest, or two versions of a stored application. */
export interface DiffRequest extends ReadManifestOptions {
  readonly source: DeploySource
  /** The other version; default the deployed one. */
  readonly from?: string | undefined
}

/** Reads both sides of a comparison. Throws what prepareManifest() and the client throw. */
export async function readBothSides(
  client: ApplicationsClient,
  { source, from, ...options }: DiffRequest,
): Promise<BothSides> {
  if (source.kind !== 'stored') {
    const { manifest } = await prepareManifest(source, options)
    const { name } = manifest.metadata
    return { name, ...(await readBefore(client, name, from)), after: manifest, afterLabel: labelOf(source) }
  }
  const { name, version } = source
  const { manifest } = await client.get(name, version)
  return {
    name,
    ...(await readBefore(client, name, from)),
    after: manifest,
    afterLabel: versionOf(manifest) ?? version ?? '',
  }
}

async function readBefore(
  client: ApplicationsClient,
  name: string,
  version: string | undefined,
): Promise<Pick<BothSides, 'before' | 'beforeLabel'>> {
  const wanted = version ?? (await deployedVersion(client, name))
  if (wanted === undefined) return { before: undefined, beforeLabel: 'nothing deployed' }
  return { before: (await client.get(name, wanted)).manifest, beforeLabel: wanted }
}

async function deployedVersion(client: ApplicationsClient, name: string): Promise<string | undefined> {
  try {
    return (await client.versions(name)).find(({ deployed }) => deployed)?.version
  } catch (thrown) {
    // Never stored is as good as never deployed.
    if (thrown instanceof AppError && thrown.code === 'APP_NOT_FOUND') return undefined
    throw thrown
  }
}

function labelOf(source: Exclude<DeploySource, { readonly kind: 'stored' }>): string {
  if (source.kind === 'file') return source.path
  return source.kind === 'url' ? source.url : source.label
}
