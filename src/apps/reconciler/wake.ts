import type { Clock } from '../../core/clock.js'
import { createDeferred } from '../../core/deferred.js'
import type { Deferred } from '../../core/deferred.js'

/** What a loop waits on: a notice, or a time. A notice that comes while the loop is busy is not lost. */
export class Wake {
  readonly #clock: Clock
  #isPending = false
  #waiting: Deferred<void> | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Wakes the loop, now or when it waits next. */
  notify(): void {
    this.#isPending = true
    this.#waiting?.resolve()
  }

  /** Waits for a notice, at most until that time, and takes the notice. */
  async wait(until: number): Promise<void> {
    if (!this.#isPending) {
      this.#waiting = createDeferred()
      const cancel = this.#clock.after(Math.max(0, until - this.#clock.now()), () => this.#waiting?.resolve())
      await this.#waiting.promise
      cancel()
      this.#waiting = undefined
    }
    this.#isPending = false
  }
}
