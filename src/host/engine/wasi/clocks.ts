import type { GuestHost } from './guest-host.js'
import { Pollable } from './io/pollable.js'

/** `wasi:clocks/monotonic-clock`, in nanoseconds. */
export function createMonotonicClock(host: GuestHost): object {
  const now = (): bigint => process.hrtime.bigint()
  const subscribeInstant = (due: bigint): Pollable =>
    new Pollable(
      host,
      () => now() >= due,
      () => Math.max(0, Number(due - now()) / 1e6),
    )
  return {
    now: () => {
      host.pump()
      return now()
    },
    resolution: () => 1n,
    subscribeInstant,
    subscribeDuration: (duration: bigint) => subscribeInstant(now() + duration),
  }
}

/** `wasi:clocks/wall-clock.datetime`. */
export interface DateTime {
  readonly seconds: bigint
  readonly nanoseconds: number
}

/** `wasi:clocks/wall-clock`. */
export function createWallClock(): object {
  return {
    now: (): DateTime => {
      const milliseconds = Date.now()
      return { seconds: BigInt(Math.floor(milliseconds / 1000)), nanoseconds: (milliseconds % 1000) * 1e6 }
    },
    resolution: (): DateTime => ({ seconds: 0n, nanoseconds: 1_000_000 }),
  }
}

/** `wasi:clocks/timezone`: guests live in UTC. */
export function createTimezone(): object {
  return {
    display: () => ({ utcOffset: 0, name: 'UTC', inDaylightSavingTime: false }),
    utcOffset: () => 0,
  }
}
