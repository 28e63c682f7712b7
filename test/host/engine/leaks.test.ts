import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { expect, it } from 'vitest'

const program = fileURLToPath(new URL('../../support/leak-check.mjs', import.meta.url))

interface Held {
  readonly heapUsed: number
  readonly arrayBuffers: number
  readonly resources: readonly string[]
}

it('guest pools hold nothing of the thousands of calls that they have served, failed or cancelled', async () => {
  const { stdout } = await execa(process.execPath, ['--expose-gc', program])
  const { before, after, left } = JSON.parse(stdout) as Record<'before' | 'after', Held> & {
    readonly left: string[]
  }
  expect(after.heapUsed - before.heapUsed).toBeLessThan(1_000_000)
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(1_000_000)
  expect(after.resources.filter((resource) => resource !== 'Timeout')).toEqual(
    before.resources.filter((resource) => resource !== 'Timeout'),
  )
  // Nothing keeps the process alive once the pools have stopped: standard output aside.
  expect(left.filter((resource) => resource !== 'PipeWrap' && resource !== 'Timeout')).toEqual([])
}, 120_000)
