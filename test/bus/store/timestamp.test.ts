import { createTimestampSource, formatTimestamp, parseTimestamp } from '#washi/bus/store/timestamp.js'
import { describe, expect, it } from 'vitest'
import { createManualClock } from '../../support/manual-clock.js'

describe('timestamps', () => {
  it('are written and read with nanoseconds', () => {
    for (const text of ['2024-02-29T23:59:59.123456789Z', '2024-01-01T00:00:00Z', '1999-12-31T00:00:00.5Z']) {
      expect(formatTimestamp(parseTimestamp(text) ?? 0n)).toBe(text)
    }
  })

  it('are read in other time zones', () => {
    expect(parseTimestamp('2024-01-01T02:00:00.5+02:00')).toBe(parseTimestamp('2024-01-01T00:00:00.5Z'))
  })

  it('are refused where they are none', () => {
    for (const text of ['', 'yesterday', '2024-01-01', '2024-13-01T00:00:00Z']) {
      expect(parseTimestamp(text)).toBeUndefined()
    }
  })

  it('increase while the clock stands still or goes back', () => {
    const clock = createManualClock()
    const next = createTimestampSource(clock)
    clock.advance(5)
    expect([next(), next(), next()]).toEqual([5_000_000n, 5_000_001n, 5_000_002n])
  })
})
