import type { GuestPool } from '#washi/host/engine/guest-pool.js'
import { expect, it } from 'vitest'
import { startTestPool } from '../../support/guest-pool-kit.js'
import { parseWat } from '../../support/wasm-tools.js'

/** Computes for a while whenever an instance is made, which cannot be reset. */
const slowToStart = `(component
  (core module $m
    (memory 1)
    (func $compute (local i32)
      (local.set 0 (i32.const 100000000))
      (loop $again (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
    (start $compute)
    (func (export "seven") (result i32) (i32.const 7)))
  (core instance $i (instantiate $m))
  (func (export "seven") (result u32) (canon lift (core func $i "seven"))))`

it('a pool serves on with another memory limit that comes while an instance is made', async () => {
  const settings = { maxInstances: 1, maxQueued: 10, deadlineMs: 10_000 }
  await using test = await startTestPool(parseWat(slowToStart), { ...settings, maxThreads: 1 })
  expect(await callSeven(test.pool)).toEqual([7])
  // The answer is here, and the thread makes the instance of the next call.
  test.pool.setLimits({ ...settings, maxMemoryBytes: 1 << 20 })
  expect(await callSeven(test.pool)).toEqual([7])
})

function callSeven(pool: GuestPool): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    let results: readonly number[] = []
    const sink = {
      onResult: (bytes: Uint8Array) => (results = [...bytes]),
      onEnd: () => resolve(results),
      onFailure: reject,
      onData: () => true,
      onDataEnd: () => undefined,
      onDrain: () => undefined,
    }
    const request = { instance: '', function: 'seven', params: new Uint8Array() }
    const rest = { asyncParams: [], asyncResults: [], sourceId: 'test', linkName: 'default' }
    pool.invoke({ ...request, ...rest }, sink)
  })
}
