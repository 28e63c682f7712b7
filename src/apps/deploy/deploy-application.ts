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
import type { ManifestSource } from './manifest-source.js'
import { prepareManifest } from './prepare-manifest.js'
import type { PreparedManifest, ReadManifestOptions } from './prepare-manifest.js'

/** An application that is stored, or one version of it. */
export interface StoredSource {
  readonly kind: 'stored'
  readonly name: string
  readonly version?: string | undefined
}

/** What to deploy: a manifest, or an application that is stored. */
export type DeploySource = ManifestSource | StoredSource

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

/** Options of a deployment. */
export interface DeployOptions extends ReadManifestOptions {
  readonly client: ApplicationsClient
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

/** What can be deployed: a manifest that was read and checked, or a stored application. */
export type PreparedSource = ({ readonly kind: 'manifest' } & PreparedManifest) | StoredSource

/** A deployment that the manager has acknowledged. */
export interface StartedDeployment {
  readonly name: string
  readonly version: string
  readonly revision: number | undefined
}

/**
 * Stores and deploys an application, and waits until every part of it runs. Throws what prepareManifest() and the client
 * throw, APP_DEPLOY_FAILED with the reasons as soon as a part has failed, APP_DEPLOY_TIMED_OUT with what is pending, or
 * the signal's reason.
 */
export async function deployApplication({
  source,
  ...options
}: DeployOptions & { readonly source: DeploySource }): Promise<Deployment> {
  const prepared = await prepareSource(source, options)
  options.signal?.throwIfAborted()
  return await finishDeployment(options, await startDeployment(options, prepared))
}

/** Reads and checks what is to be deployed; nothing is sent. Throws what prepareManifest() throws. */
export async function prepareSource(
  source: DeploySource,
  options: ReadManifestOptions,
): Promise<PreparedSource> {
  if (source.kind === 'stored') return source
  return { kind: 'manifest', ...(await prepareManifest(source, options)) }
}

/** Stores a manifest where there is one, and asks for its deployment. Throws what the client throws. */
export async function startDeployment(
  options: DeployOptions,
  prepared: PreparedSource,
): Promise<StartedDeployment> {
  const stored = prepared.kind === 'stored' ? prepared : await putPrepared(options, prepared)
  const acknowledged: DeployResult = await options.client.deploy(stored.name, stored.version)
  const { name, version = stored.version ?? '', revision } = acknowledged
  options.onProgress?.({ kind: 'acknowledged', name, version })
  return { name, version, revision }
}

/** Waits until a deployment is complete, and tries its addresses. Throws as deployApplication(). */
export async function finishDeployment(
  options: DeployOptions,
  { name, version, revision }: StartedDeployment,
): Promise<Deployment> {
  const { client, waitMs = 60_000 } = options
  if (waitMs === 0) return { name, version, status: await client.status(name), urls: [] }
  const status = await waitUntilDeployed({ ...options, waitMs }, { name, revision })
  const { manifest } = await client.get(name, version)
  return { name, version, status, urls: await checkAddresses(client, name, manifest) }
}

/** Stores a manifest, after the version that it replaces was deleted where that is asked for. */
export async function putPrepared(
  { client, replace = false, onProgress }: Pick<DeployOptions, 'client' | 'replace' | 'onProgress'>,
  { manifest, warnings }: PreparedManifest,
): Promise<{ readonly name: string; readonly version: string }> {
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
  { client, waitMs, signal, onProgress }: DeployOptions & { readonly waitMs: number },
  { name, revision }: Pick<StartedDeployment, 'name' | 'revision'>,
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
