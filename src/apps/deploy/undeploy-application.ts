import { AppError } from '../../core/errors.js'
import type { ApplicationsClient } from '../api/applications-client.js'
import type { DeleteResult } from '../api/applications.js'
import type { ApplicationStatus } from '../planner/status.js'
import { followStatus } from './follow-status.js'

/** How to wait until nothing of an application is left. */
export interface UndeployWait {
  readonly client: ApplicationsClient
  /** Longest wait until nothing of it is left. Default 30000. 0: return once the manager has acknowledged. */
  readonly waitMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onStatus?: ((status: ApplicationStatus) => void) | undefined
}

/** Options of undeployApplication() and deleteApplication(). */
export interface UndeployOptions extends UndeployWait {
  readonly name: string
}

/** An application, or one version of it. */
export interface NamedVersion {
  readonly name: string
  readonly version?: string | undefined
}

/** What became of one that was to be deleted. */
export interface DeletedApplication extends NamedVersion {
  /** False where there was nothing to delete. */
  readonly deleted: boolean
}

/** Undeploys an application and waits until nothing of it runs. Throws what the client throws, and APP_DEPLOY_TIMED_OUT. */
export async function undeployApplication(options: UndeployOptions): Promise<void> {
  const { revision } = await options.client.undeploy(options.name)
  await waitUntilGone(options, revision)
}

/** Undeploys several, and returns their names. Throws, after all were tried, the first failure. */
export async function undeployApplications({
  names,
  ...options
}: UndeployWait & { readonly names: readonly string[] }): Promise<readonly string[]> {
  return await all(names.map((name) => undeployApplication({ ...options, name }).then(() => name)))
}

/** Deletes one version or all, and waits until nothing of what ran is left. */
export async function deleteApplication(options: UndeployOptions & NamedVersion): Promise<DeleteResult> {
  const result = await options.client.delete(options.name, options.version)
  if (result.undeployed) await waitUntilGone(options, undefined)
  return result
}

/** Deletes several. Throws, after all were tried, the first failure. */
export async function deleteApplications({
  applications,
  ...options
}: UndeployWait & { readonly applications: readonly NamedVersion[] }): Promise<
  readonly DeletedApplication[]
> {
  return await all(
    applications.map(async ({ name, version }) => {
      const { deleted } = await deleteApplication({ ...options, name, version })
      return { name, version, deleted }
    }),
  )
}

async function all<T>(promises: readonly Promise<T>[]): Promise<readonly T[]> {
  const outcomes = await Promise.allSettled(promises)
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  })
}

async function waitUntilGone(
  { client, name, waitMs = 30_000, signal, onStatus }: UndeployOptions,
  revision: number | undefined,
): Promise<void> {
  if (waitMs === 0) return
  const last = await followStatus({
    client,
    name,
    revision,
    waitMs,
    signal,
    isFinal: ({ status }) => status.type === 'undeployed',
    onStatus,
  })
  if (last?.status.type === 'undeployed') return
  const pending = last?.status.message ?? 'the manager told no status'
  throw new AppError(
    'APP_DEPLOY_TIMED_OUT',
    `Application "${name}" is not gone after ${waitMs / 1000} s: ${pending}`,
    { hint: `Run: washi app status ${name}` },
  )
}
