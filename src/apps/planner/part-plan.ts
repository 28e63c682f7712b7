import type { Action } from './action.js'
import { describeFailure } from './attempt.js'
import type { Attempt } from './attempt.js'
import type { DesiredApplication, DesiredScaler } from './desired.js'
import { describeHost } from './observed.js'
import type { Observed, ObservedHost } from './observed.js'
import { deployed, failed, reconciling } from './status.js'
import type { ScalerStatus, StatusInfo } from './status.js'

/** What the planner of one scaler gets to see. */
export interface PartContext {
  readonly application: DesiredApplication
  readonly observed: Observed
}

/** What one scaler wants done, whether or not it is being done already, and how it stands. */
export interface PartPlan {
  readonly wanted: readonly Action[]
  readonly info: StatusInfo
}

/** Options of settle(). */
export interface SettleOptions {
  readonly wanted: readonly Action[]
  readonly attempts: ReadonlyMap<string, Attempt>
  /** Reasons that no action of this scaler can take away. */
  readonly problems?: readonly string[]
  /** What is being done while anything is wanted. */
  readonly doing: string
  /** What is waited for when nothing is wanted; absent or empty: nothing. */
  readonly waitingFor?: string | undefined
}

/**
 * The plan with its status: failed where something has failed and has not succeeded since, which is also so while the
 * next try runs; reconciling while something is wanted or waited for; else deployed.
 */
export function settle({ wanted, attempts, problems = [], doing, waitingFor = '' }: SettleOptions): PartPlan {
  const failures = wanted.flatMap(({ key }) => {
    const attempt = attempts.get(key)
    return attempt && attempt.failures > 0 ? [describeFailure(attempt)] : []
  })
  const reasons = [...new Set([...problems, ...failures])]
  if (reasons.length > 0) return { wanted, info: failed(reasons.join(', ')) }
  if (wanted.length > 0) return { wanted, info: reconciling(doing) }
  return { wanted, info: waitingFor === '' ? deployed : reconciling(waitingFor) }
}

/** The status line of a scaler. */
export function toScalerStatus(scaler: DesiredScaler, status: StatusInfo): ScalerStatus {
  const { id, name } = scaler
  if (scaler.kind === 'link') return { id, kind: 'LinkScaler', name, status }
  return { id, kind: scaler.everywhere ? 'DaemonScaler' : 'SpreadScaler', name, status }
}

const maxNamed = 3

/** Which hosts actions are for, and how many instances: wadm says only on how many hosts. */
export function describeTargets(actions: readonly Action[], hosts: readonly ObservedHost[]): string {
  const named = actions.slice(0, maxNamed).flatMap((action) => {
    if (!('hostId' in action)) return []
    const host = hosts.find(({ id }) => id === action.hostId) ?? { id: action.hostId }
    return action.kind === 'scale-component' ? `${action.count} on ${describeHost(host)}` : describeHost(host)
  })
  const more = actions.length > maxNamed ? [`${actions.length - maxNamed} more`] : []
  return [...named, ...more].join(', ')
}
