import type { Clock } from '../../../core/clock.js'
import { schedule } from '../schedule.js'

/** What an IdleWatch watches. */
export interface IdleWatchOptions {
  readonly clock: Clock
  /** Since when nobody uses the consumer, in milliseconds since the epoch; Infinity while somebody does. */
  readonly idleSince: () => number
  /** Called once nobody used it for the time given to restart(). */
  readonly onIdle: () => void
}

/** Notices that a consumer is not used any more. */
export class IdleWatch {
  readonly #options: IdleWatchOptions
  #cancel: () => void = () => undefined

  constructor(options: IdleWatchOptions) {
    this.#options = options
  }

  /** Watches from now on, for so long an idle time; 0 means for ever. */
  restart(thresholdMs: number): void {
    this.stop()
    if (thresholdMs > 0) this.#check(thresholdMs)
  }

  stop(): void {
    this.#cancel()
  }

  #check(thresholdMs: number): void {
    const { clock, idleSince, onIdle } = this.#options
    const idleMs = clock.now() - idleSince()
    if (idleMs >= thresholdMs) return onIdle()
    const delayMs = Number.isFinite(idleMs) ? thresholdMs - idleMs : thresholdMs
    this.#cancel = schedule(clock, delayMs, () => this.#check(thresholdMs))
  }
}
