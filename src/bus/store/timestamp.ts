import type { Clock } from '../../core/clock.js'

const nanosPerMilli = 1_000_000n
const nanosPerSecond = 1_000_000_000n

/** The moment that stands for "none" in JetStream documents. */
export const zeroTimestamp = '0001-01-01T00:00:00Z'

/** A source of strictly increasing times, in nanoseconds since the epoch. */
export function createTimestampSource(clock: Clock): () => bigint {
  let last = 0n
  return () => {
    const now = BigInt(Math.floor(clock.now())) * nanosPerMilli
    last = now > last ? now : last + 1n
    return last
  }
}

/** RFC 3339 with as many fractional digits as it takes; zeroTimestamp for times before the epoch. */
export function formatTimestamp(nanos: bigint): string {
  if (nanos <= 0n) return zeroTimestamp
  const seconds = new Date(Number(nanos / nanosPerMilli)).toISOString().slice(0, 19)
  const fraction = (nanos % nanosPerSecond).toString().padStart(9, '0').replace(/0+$/, '')
  return fraction === '' ? `${seconds}Z` : `${seconds}.${fraction}Z`
}

/** Nanoseconds since the epoch of an RFC 3339 time; undefined where it is none. */
export function parseTimestamp(text: string): bigint | undefined {
  const match = /^(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d\d:\d\d)$/.exec(text)
  if (!match) return undefined
  const millis = Date.parse(`${match[1]}${match[3]}`)
  if (Number.isNaN(millis)) return undefined
  return BigInt(millis) * nanosPerMilli + BigInt((match[2] ?? '').padEnd(9, '0'))
}
