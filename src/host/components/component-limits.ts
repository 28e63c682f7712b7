import type { StringMap } from '../../lattice/control/schemas.js'
import type { GuestLimits, InstancePolicy } from '../engine/guest-pool.js'

/** Limits that a host sets for each of its components. */
export interface HostLimits {
  /** Calls of one component that may wait. */
  readonly maxQueued: number
  /** Linear memory of one instance, in bytes. */
  readonly maxMemoryBytes: number
  /** Size of a component's binary. */
  readonly maxComponentBytes: number
  /** Components that may run at a time. */
  readonly maxComponents: number
  /** Execution time of one call. */
  readonly deadlineMs: number
  /** Guest threads of one component. */
  readonly maxThreads: number
}

/** The annotation that chooses a component's instance policy. */
export const instancePolicyAnnotation = 'washi.dev/instance-policy'

/** The limits of a component: its own where given and readable, else the host's; values that are no numbers are ignored. */
export function resolveGuestLimits(
  host: HostLimits,
  { count, limits }: { readonly count: number; readonly limits: StringMap | null },
): GuestLimits {
  const seconds = positiveInteger(limits?.['max_execution_time'])
  return {
    maxInstances: count,
    maxQueued: host.maxQueued,
    maxMemoryBytes: positiveInteger(limits?.['max_memory_limit']) ?? host.maxMemoryBytes,
    deadlineMs: seconds === undefined ? host.deadlineMs : seconds * 1000,
  }
}

/** The policy that the annotations ask for, else the host's. */
export function resolveInstancePolicy(annotations: StringMap, fallback: InstancePolicy): InstancePolicy {
  const asked = annotations[instancePolicyAnnotation]
  return asked === 'fresh' || asked === 'reuse' ? asked : fallback
}

function positiveInteger(text: string | undefined): number | undefined {
  const value = text !== undefined && /^\d+$/.test(text) ? Number(text) : 0
  return Number.isSafeInteger(value) && value > 0 ? value : undefined
}
