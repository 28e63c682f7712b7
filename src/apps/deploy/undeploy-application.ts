import { AppError } from '../../core/errors.js'
import type { ApplicationsClient } from '../api/applications-client.js'
import type { DeleteResult } from '../api/applications.js'
import type { ApplicationStatus } from '../planner/status.js'
import { followStatus } from './follow-status.js'

/** Options of undeployApplication() and deleteApplication(). */
export interface UndeployOptions {
  readonly client: ApplicationsClient
  readonly name: string
  /** Longest wait until nothing of it is left. Default 30000. 0: return once the manager has acknowledged. */
  readonly waitMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onStatus?: ((status: ApplicationStatus) => void) | undefined
}

/** Undeploys an application and waits until nothing of it runs. Throws what the client throws, and APP_DEPLOY_TIMED_OUT. */
export async function undeployApplication(options: UndeployOptions): Promise<void> {
  const { revision } = await options.client.undeploy(options.name)
  await waitUntilGone(options, revision)
}

/** Deletes one version or all, and waits until nothing of what ran is left. */
export async function deleteApplication(
  options: UndeployOptions & { readonly version?: string | undefined },
): Promise<DeleteResult> {
  const result = await options.client.delete(options.name, options.version)
  if (result.undeployed) await waitUntilGone(options, undefined)
  return result
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
