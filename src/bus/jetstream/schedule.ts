import type { Clock } from '../../core/clock.js'

/** Timers of the platform overflow past 2^31 ms. */
const maxDelayMs = 2 ** 30

/**
 * Calls `action` when the delay is over, or earlier where the delay is longer than timers can wait: `action` looks at
 * the clock itself. The returned function cancels.
 */
export function schedule(clock: Clock, delayMs: number, action: () => void): () => void {
  return clock.after(Math.min(maxDelayMs, Math.max(1, Math.ceil(delayMs))), action)
}
