import type { ApplicationsClient } from '../api/applications-client.js'
import type { ApplicationStatus } from '../planner/status.js'

/** Options of followStatus(). */
export interface FollowOptions {
  readonly client: ApplicationsClient
  readonly name: string
  /** Statuses that carry a lower revision are about something earlier; undefined: all count. */
  readonly revision: number | undefined
  readonly waitMs: number
  readonly signal?: AbortSignal | undefined
  readonly isFinal: (status: ApplicationStatus) => boolean
  readonly onStatus?: ((status: ApplicationStatus) => void) | undefined
}

/**
 * Follows the status of an application until one is final, and returns it; after `waitMs` the last one, undefined if none
 * came. Throws the signal's reason.
 */
export async function followStatus(options: FollowOptions): Promise<ApplicationStatus | undefined> {
  const { client, name, revision, waitMs, signal, isFinal, onStatus } = options
  const done = new AbortController()
  const until = AbortSignal.any([done.signal, AbortSignal.timeout(waitMs), ...(signal ? [signal] : [])])
  let last: ApplicationStatus | undefined
  try {
    for await (const status of client.watchStatus(name, { signal: until })) {
      if (revision !== undefined && (status.revision ?? -1) < revision) continue
      last = status
      onStatus?.(status)
      if (isFinal(status)) break
    }
  } finally {
    done.abort()
  }
  signal?.throwIfAborted()
  return last
}
