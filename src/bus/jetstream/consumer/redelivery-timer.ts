import type { Clock } from '../../../core/clock.js'
import { schedule } from '../schedule.js'
import type { PendingAcks } from './pending-acks.js'

/** Options of a RedeliveryTimer. */
export interface RedeliveryTimerOptions {
  readonly clock: Clock
  readonly acks: PendingAcks
  /** Receives the sequences whose time has come. */
  readonly onDue: (sequences: readonly number[]) => void
}

/** Wakes up when the first pending ack is overdue; one timer for all. */
export class RedeliveryTimer {
  readonly #options: RedeliveryTimerOptions
  #at = Infinity
  #cancel: () => void = () => undefined

  constructor(options: RedeliveryTimerOptions) {
    this.#options = options
  }

  /** Takes a changed deadline into account. */
  arm(): void {
    const { clock, acks } = this.#options
    const at = acks.nextDeadline ?? Infinity
    if (at >= this.#at) return
    this.#cancel()
    this.#at = at
    this.#cancel = schedule(clock, at - clock.now(), () => this.#fire())
  }

  stop(): void {
    this.#cancel()
  }

  #fire(): void {
    const { clock, acks, onDue } = this.#options
    this.#at = Infinity
    onDue(acks.takeDue(clock.now()))
    this.arm()
  }
}
