import { AppError } from '../../core/errors.js'
import type { ApplicationsClient } from '../api/applications-client.js'
import type { DeployResult } from '../api/applications.js'
import { encodeManifest } from '../manifest/encode-manifest.js'
import type { Finding } from '../manifest/finding.js'
import type { Manifest } from '../manifest/manifest.js'
import { versionOf } from '../manifest/manifest.js'
import type { ApplicationStatus } from '../planner/status.js'
import { followStatus } from './follow-status.js'
import { isListening, isLoopback, listeningAddresses } from './listening-addresses.js'
import { prepareManifest } from './prepare-manifest.js'
import type { ManifestSource } from './prepare-manifest.js'

/** What to deploy: a manifest, or an application that is stored. */
export type DeploySource =
  | ManifestSource
  | { readonly kind: 'stored'; readonly name: string; readonly version?: string | undefined }

/** A step of a deployment, for whoever shows it. */
export type DeployProgress =
  | {
      readonly kind: 'put'
      readonly name: string
      readonly version: string
      readonly warnings: readonly Finding[]
    }
  | { readonly kind: 'acknowledged'; readonly name: string; readonly version: string }
  | { readonly kind: 'status'; readonly name: string; readonly status: ApplicationStatus }

/** Options of deployApplication(). */
export interface DeployOptions {
  readonly client: ApplicationsClient
  readonly source: DeploySource
  /** Longest wait for the application to be complete. Default 60000. 0: return once the manager has acknowledged. */
  readonly waitMs?: number | undefined
  /** Delete the stored version of the manifest first (all versions, where it names none), as wash's --replace. */
  readonly replace?: boolean | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: DeployProgress) => void) | undefined
}

/** A deployment that is complete, or with waitMs 0 acknowledged. */
export interface Deployment {
  readonly name: string
  readonly version: string
  readonly status: ApplicationStatus
  /** Where it answers now, such as `http://127.0.0.1:8000`; empty with waitMs 0. */
  readonly urls: readonly string[]
}

/**
 * Stores and deploys an application, and waits until every part of it runs. Throws what prepareManifest() and the client
 * throw, APP_DEPLOY_FAILED with the reasons as soon as a part has failed, APP_DEPLOY_TIMED_OUT with what is pending, or
 * the signal's reason.
 */
export async function deployApplication(options: DeployOptions): Promise<Deployment> {
  const { client, source, waitMs = 60_000, signal, onProgress } = options
  const stored = source.kind === 'stored' ? source : await putManifest(options, source)
  signal?.throwIfAborted()
  const acknowledged = await client.deploy(stored.name, stored.version)
  const { name, version = stored.version ?? '' } = acknowledged
  onProgress?.({ kind: 'acknowledged', name, version })
  if (waitMs === 0) return { name, version, status: await client.status(name), urls: [] }
  const status = await waitUntilDeployed(options, acknowledged)
  const { manifest } = await client.get(name, version)
  return { name, version, status, urls: await checkAddresses(client, name, manifest) }
}

async function putManifest(
  { client, replace = false, onProgress }: DeployOptions,
  source: ManifestSource,
): Promise<{ readonly name: string; readonly version: string }> {
  const { manifest, warnings } = await prepareManifest(source)
  if (replace) await client.delete(manifest.metadata.name, versionOf(manifest))
  const put = await putUnlessStored(client, manifest)
  onProgress?.({ kind: 'put', ...put, warnings })
  return put
}

/** A version cannot be put twice; but when what is stored is the same, there is nothing to refuse. */
async function putUnlessStored(
  client: ApplicationsClient,
  manifest: Manifest,
): Promise<{ readonly name: string; readonly version: string }> {
  const version = versionOf(manifest)
  try {
    const { name, version: stored } = await client.put(manifest)
    return { name, version: stored }
  } catch (refusal) {
    const isRepeated = refusal instanceof AppError && refusal.message.includes('already exists')
    if (!isRepeated || version === undefined) throw refusal
    const { name } = manifest.metadata
    const stored = await client.get(name, version)
    if (JSON.stringify(encodeManifest(stored.manifest)) !== JSON.stringify(encodeManifest(manifest)))
      throw refusal
    return { name, version }
  }
}

async function waitUntilDeployed(
  { client, waitMs = 60_000, signal, onProgress }: DeployOptions,
  { name, revision }: DeployResult,
): Promise<ApplicationStatus> {
  const last = await followStatus({
    client,
    name,
    revision,
    waitMs,
    signal,
    isFinal: ({ status }) => status.type === 'deployed' || status.type === 'failed',
    onStatus: (status) => onProgress?.({ kind: 'status', name, status }),
  })
  if (last?.status.type === 'deployed') return last
  const hint = `Run: washi app status ${name}`
  if (last?.status.type === 'failed') {
    throw new AppError('APP_DEPLOY_FAILED', `Application "${name}" failed: ${reasonsOf(last, 'failed')}`, {
      hint,
    })
  }
  const pending = last
    ? reasonsOf(last, 'waiting', 'reconciling', 'undeployed', 'unhealthy')
    : 'it told no status'
  throw new AppError(
    'APP_DEPLOY_TIMED_OUT',
    `Application "${name}" is not complete after ${waitMs / 1000} s: ${pending}`,
    { hint },
  )
}

/** Scaler by scaler what is wrong, or the status's own message where no scaler says anything. */
function reasonsOf({ status, scalers }: ApplicationStatus, ...types: readonly string[]): string {
  const reasons = scalers
    .filter((scaler) => types.includes(scaler.status.type) && scaler.status.message !== '')
    .map((scaler) => `${scaler.name}: ${scaler.status.message}`)
  if (new Set(scalers.map((scaler) => scaler.status.message)).size === 1 && status.message !== '')
    return status.message
  return reasons.length > 0 ? reasons.join('; ') : status.message || status.type
}

/** The manager has said deployed; what can be tried from here is tried. */
async function checkAddresses(
  client: ApplicationsClient,
  name: string,
  manifest: Manifest,
): Promise<readonly string[]> {
  const addresses = listeningAddresses(manifest)
  if (!isLoopback(new URL(client.url).hostname)) return addresses.map(({ url }) => url)
  for (const address of addresses.filter(({ host }) => isLoopback(host))) {
    if (await isListening(address, AbortSignal.timeout(2_000))) continue
    throw new AppError(
      'APP_DEPLOY_FAILED',
      `Application "${name}" is said to be deployed, but nothing listens at ${address.url}`,
      { hint: `Run: washi app status ${name}` },
    )
  }
  return addresses.map(({ url }) => url)
}
