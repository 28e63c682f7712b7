import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const program = fileURLToPath(new URL('../../../programs/linker-heap.mjs', import.meta.url))

interface Growth {
  /** Heap and array buffers together, in bytes, from the first third of the calls to the last. */
  readonly [use: string]: number
}

describe('the heap', () => {
  it('stays flat over 300,000 calls, reset or not, and over guest resources', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program])
    const growth = JSON.parse(stdout) as Growth
    expect(Object.keys(growth)).toEqual(['reused', 'reset', 'resources'])
    for (const [use, bytes] of Object.entries(growth)) expect(bytes, use).toBeLessThan(400_000)
  }, 240_000)
})
