import { messageOf } from '../../core/errors.js'
import type { LatticeEvent } from '../../lattice/events/schemas.js'
import type { Action } from '../planner/action.js'
import { confirmAttempt, expiryReason, failAttempt, startAttempt } from '../planner/attempt.js'
import type { Attempt } from '../planner/attempt.js'
import { verdictOf } from './settle-attempts.js'

/** What an AttemptBook works with. */
export interface AttemptBookOptions {
  readonly now: () => number
  /** From 0 to below 1. */
  readonly random: () => number
}

/** What was tried, is being tried, and when it may be tried again. */
export class AttemptBook {
  readonly #options: AttemptBookOptions
  readonly #attempts = new Map<string, Attempt>()

  constructor(options: AttemptBookOptions) {
    this.#options = options
  }

  /** By key of the action. */
  get attempts(): ReadonlyMap<string, Attempt> {
    return this.#attempts
  }

  /** The action has been sent. */
  start(action: Action): void {
    this.#attempts.set(action.key, startAttempt(action, this.#attempts.get(action.key), this.#options.now()))
  }

  /** The action has happened, as far as its answer or an event can tell. */
  confirm(key: string): void {
    const attempt = this.#attempts.get(key)
    if (attempt?.state === 'in-flight') this.#attempts.set(key, confirmAttempt(attempt, this.#options.now()))
  }

  /** The action was refused; counts once, even if an answer and an event both say so. */
  refute(key: string, reason: unknown): void {
    const attempt = this.#attempts.get(key)
    if (attempt && attempt.state !== 'failed') this.#fail(attempt, messageOf(reason))
  }

  /** Something is found to have failed that this manager did not see being tried. */
  noteFailure(action: Action, reason: string): void {
    if (!this.#attempts.has(action.key)) this.#fail({ action, failures: 0 }, reason)
  }

  /** Takes in what an event says about actions in flight. */
  onEvent(event: LatticeEvent): void {
    for (const [key, { action, state }] of [...this.#attempts]) {
      if (state === 'failed') continue
      const verdict = verdictOf(event, action)
      if (verdict?.kind === 'confirmed') this.confirm(key)
      else if (verdict?.kind === 'refuted') this.refute(key, verdict.error)
    }
  }

  /** Attempts that got no answer in time, or whose effect has not shown, have failed. */
  expire(): void {
    const now = this.#options.now()
    for (const attempt of [...this.#attempts.values()]) {
      if (attempt.state !== 'failed' && attempt.until <= now) this.#fail(attempt, expiryReason(attempt))
    }
  }

  /** Forgets attempts at what is wanted no more. */
  retain(wanted: ReadonlySet<string>): void {
    for (const key of [...this.#attempts.keys()]) if (!wanted.has(key)) this.#attempts.delete(key)
  }

  /** Lets an application start afresh: what has failed may be tried at once. */
  forgive(application: string): void {
    for (const [key, { action, state }] of [...this.#attempts]) {
      if (action.application === application && state === 'failed') this.#attempts.delete(key)
    }
  }

  #fail(attempt: Pick<Attempt, 'action' | 'failures'>, error: string): void {
    const { now, random } = this.#options
    this.#attempts.set(attempt.action.key, failAttempt(attempt, { error, now: now(), random: random() }))
  }
}
