import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { expect, it } from 'vitest'

const program = fileURLToPath(new URL('../../support/leak-check.mjs', import.meta.url))

/** More find slower leaks: WASHI_TEST_LEAK_CALLS=100000 takes a quarter of an hour. */
const calls = Number(process.env['WASHI_TEST_LEAK_CALLS'] ?? 5000)

interface Held {
  readonly heapUsed: number
  readonly arrayBuffers: number
  readonly rss: number
  readonly resources: readonly string[]
}

interface Report extends Record<'before' | 'after', Held> {
  readonly calls: number
  /** Calls that did not end as they should. */
  readonly wrong: readonly string[]
  /** Calls over links that were never cancelled though their caller had ended. */
  readonly held: number
  readonly left: readonly string[]
}

it(
  'guest pools hold nothing of the thousands of calls that they have served, failed or cancelled, and serve the next',
  async () => {
    const { stdout } = await execa(process.execPath, ['--expose-gc', program, String(calls)])
    const { wrong, held, before, after, left, ...report } = JSON.parse(stdout) as Report
    expect(report.calls).toBeGreaterThanOrEqual(calls)
    expect(wrong).toEqual([])
    expect(held).toBe(0)
    expect(after.heapUsed - before.heapUsed).toBeLessThan(1_000_000)
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(1_000_000)
    // What the system lends to threads comes and goes by some megabytes.
    expect(after.rss - before.rss).toBeLessThan(64_000_000)
    expect(withoutTimers(after.resources)).toEqual(withoutTimers(before.resources))
    // Nothing keeps the process alive once the pools have stopped: standard output aside.
    expect(withoutTimers(left).filter((resource) => resource !== 'PipeWrap')).toEqual([])
  },
  120_000 + calls * 10,
)

function withoutTimers(resources: readonly string[]): readonly string[] {
  return resources.filter((resource) => resource !== 'Timeout')
}
