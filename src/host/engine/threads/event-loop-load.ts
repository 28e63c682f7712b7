import { performance, type EventLoopUtilization } from 'node:perf_hooks'

/** A sample stands for so long; shorter ones would follow single requests. */
const sampleMs = 100
const busyShare = 0.5

/** How busy the event loop of this thread has been lately. */
export class EventLoopLoad {
  #last: EventLoopUtilization | undefined
  #sampledAt = -Infinity
  #isBusy = true

  /**
   * Whether it computed for more than half of the last sample; true while there is no recent one, which is what asking
   * starts. `now` is performance.now().
   */
  isBusy(now: number): boolean {
    const age = now - this.#sampledAt
    if (age < sampleMs) return this.#isBusy
    const current = performance.eventLoopUtilization()
    const isRecent = this.#last !== undefined && age < 10 * sampleMs
    this.#isBusy = !isRecent || performance.eventLoopUtilization(current, this.#last).utilization > busyShare
    this.#last = current
    this.#sampledAt = now
    return this.#isBusy
  }
}
