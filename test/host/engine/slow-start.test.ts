import type { GuestPool } from '#washi/host/engine/guest-pool.js'
import { expect, it } from 'vitest'
import { startTestPool } from '../../support/guest-pool-kit.js'
import { parseWat } from '../../support/wasm-tools.js'

/** Computes for a while whenever an instance is made, which cannot be reset. */
const slowToStart = `(component
  (core module $m
    (memory 1)
    (func $compute (local i32)
      (local.set 0 (i32.const 400000000))
      (loop $again (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
    (start $compute)
    (func (export "spin") (result i32) (loop $again (br $again)) (i32.const 0))
    (func (export "seven") (result i32) (i32.const 7)))
  (core instance $i (instantiate $m))
  (func (export "seven") (result u32) (canon lift (core func $i "seven")))
  (func (export "spin") (result u32) (canon lift (core func $i "spin"))))`

it('a pool serves on with another memory limit that comes while an instance is made', async () => {
  const settings = { maxInstances: 1, maxQueued: 10, deadlineMs: 10_000 }
  await using test = await startTestPool(parseWat(slowToStart), { ...settings, maxThreads: 1 })
  expect(await callSeven(test.pool)).toEqual([7])
  // The answer is here, and the thread makes the instance of the next call.
  test.pool.setLimits({ ...settings, maxMemoryBytes: 1 << 20 })
  expect(await callSeven(test.pool)).toEqual([7])
})

it('a call that has waited for its thread to start is ended at its deadline as well', async () => {
  const settings = { maxInstances: 1, maxQueued: 10, deadlineMs: 1000 }
  await using test = await startTestPool(parseWat(slowToStart), { ...settings, maxThreads: 1 })
  // A thread of its own, which takes longer to start than the watch over no running call lasts.
  test.pool.setLimits({ ...settings, maxMemoryBytes: 1 << 20 })
  await expect(call(test.pool, 'spin')).rejects.toMatchObject({ kind: 'deadline' })
})

function callSeven(pool: GuestPool): Promise<readonly number[]> {
  return call(pool, 'seven')
}

function call(pool: GuestPool, name: string): Promise<readonly number[]> {
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
    const request = { instance: '', function: name, params: new Uint8Array() }
    const rest = { asyncParams: [], asyncResults: [], sourceId: 'test', linkName: 'default' }
    pool.invoke({ ...request, ...rest }, sink)
  })
}
