import type { Action } from './action.js'

/** What became of an action that was tried, for as long as it is still wanted. */
export interface Attempt {
  readonly action: Action
  /** `confirmed`: accepted, and soon to be seen in what the lattice shows. */
  readonly state: 'in-flight' | 'confirmed' | 'failed'
  /** Until then nothing new is tried. */
  readonly until: number
  /** Failures in a row. */
  readonly failures: number
  /** The last failure; stays while the next try runs. */
  readonly error?: string | undefined
}

/** Longest wait for the events that confirm or refute an action, as in wadm but longer for components (pulls, compiles). */
const answerTimeoutMs: Readonly<Record<Action['kind'], number>> = {
  'put-config': 5_000,
  'delete-config': 5_000,
  'scale-component': 60_000,
  'start-provider': 60_000,
  'stop-provider': 10_000,
  'put-link': 5_000,
  'retry-link': 15_000,
  'delete-link': 5_000,
}

const confirmedMs = 2_000
const firstBackoffMs = 1_000
const maxBackoffMs = 60_000

/** The attempt of an action that was just sent. */
export function startAttempt(action: Action, before: Attempt | undefined, now: number): Attempt {
  const { failures = 0, error } = before ?? {}
  return { action, state: 'in-flight', until: now + answerTimeoutMs[action.kind], failures, error }
}

/** The attempt once its action was accepted and has happened. */
export function confirmAttempt(attempt: Attempt, now: number): Attempt {
  return { ...attempt, state: 'confirmed', until: now + confirmedMs }
}

/** What failAttempt() needs beside the attempt. */
export interface Failure {
  readonly error: string
  readonly now: number
  /** From 0 to below 1: spreads the retries of many managers and parts. */
  readonly random: number
}

/** The attempt after a failure: the next try comes after a wait that doubles up to a minute, give or take a tenth. */
export function failAttempt(
  attempt: Pick<Attempt, 'action' | 'failures'>,
  { error, now, random }: Failure,
): Attempt {
  const failures = attempt.failures + 1
  const backoffMs = Math.min(maxBackoffMs, firstBackoffMs * 2 ** Math.min(failures - 1, 10))
  const until = now + Math.round(backoffMs * (0.9 + 0.2 * random))
  return { action: attempt.action, state: 'failed', until, failures, error }
}

/** What to say of an attempt that outlived its time. */
export function expiryReason({ action, state }: Attempt): string {
  if (state === 'confirmed')
    return `${describeAction(action)} was confirmed, but does not show on the lattice`
  return `${describeAction(action)} got no answer within ${answerTimeoutMs[action.kind] / 1000} s`
}

/** A failure with the number of tries and the time of the next one. */
export function describeFailure({ error = '', failures, state, until }: Attempt): string {
  if (failures === 0) return error
  const tries = failures === 1 ? 'tried once' : `tried ${failures} times`
  const next =
    state === 'failed' ? `next try ${new Date(until).toISOString().slice(11, 19)}Z` : 'trying again'
  return `${error} (${tries}, ${next})`
}

function describeAction(action: Action): string {
  switch (action.kind) {
    case 'put-config':
      return `Putting config ${action.name}`
    case 'delete-config':
      return `Deleting config ${action.name}`
    case 'scale-component':
      return `Scaling component ${action.componentId} to ${action.count}`
    case 'start-provider':
      return `Starting provider ${action.providerId}`
    case 'stop-provider':
      return `Stopping provider ${action.providerId}`
    case 'put-link':
    case 'retry-link':
      return `Putting the link from ${action.link.source_id} to ${action.link.target}`
    case 'delete-link':
      return `Deleting the link from ${action.link.source_id} to ${action.link.target}`
    default:
      return action satisfies never
  }
}
