import { completeWatch, parseInterval } from '#washi/cli/flags/watch-flag.js'
import { describe, expect, it } from 'vitest'

describe('--watch', () => {
  it.each([
    ['500', 500],
    ['15ms', 15],
    ['5s', 5_000],
    ['2m', 120_000],
    ['1m 30s', 90_000],
  ])('understands %s', (text, ms) => {
    expect(parseInterval(text)).toBe(ms)
  })

  it.each(['', '0', 'soon', '5 parsecs', '5sx', '-1'])('refuses "%s"', (text) => {
    expect(() => parseInterval(text)).toThrow(expect.objectContaining({ code: 'USAGE_INVALID' }))
  })

  it('can be without an interval, before anything but a number', () => {
    expect(completeWatch(['-w', '-o', 'json'], 7)).toEqual(['--watch=7', '-o', 'json'])
    expect(completeWatch(['--watch'], 7)).toEqual(['--watch=7'])
    expect(completeWatch(['--watch', '5s', 'x'], 7)).toEqual(['--watch', '5s', 'x'])
    expect(completeWatch(['--', '-w'], 7)).toEqual(['--', '-w'])
  })
})
