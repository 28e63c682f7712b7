import type { Clock } from '#washi/core/clock.js'

/** A clock that stands still until the test moves it. */
export interface ManualClock extends Clock {
  /** Moves time on and runs what falls due, in order. */
  advance(byMs: number): void
}

/** Creates a clock at time 0. */
export function createManualClock(): ManualClock {
  let now = 0
  const timers = new Set<{ readonly at: number; readonly action: () => void }>()
  const takeNext = (until: number): (() => void) | undefined => {
    const [next] = [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)
    if (!next) return undefined
    timers.delete(next)
    now = next.at
    return next.action
  }
  return {
    now: () => now,
    after: (delayMs, action) => {
      const timer = { at: now + delayMs, action }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance: (byMs) => {
      const until = now + byMs
      for (let action = takeNext(until); action; action = takeNext(until)) action()
      now = until
    },
  }
}
