import type { Colocation, GuestLogLine, GuestPool, LinkedCalls } from '#washi/host/engine/guest-pool.js'
import type { CallFailure } from '#washi/host/http-exchange.js'
import { describe, expect, it } from 'vitest'
import { startTestPool, type PoolSettings } from '../../support/guest-pool-kit.js'
import { parseWat } from '../../support/wasm-tools.js'

const names = ['count', 'trap', 'spin', 'deep', 'grow'] as const

/** Functions that count their calls, trap, never return, use up the stack, and grow the memory. */
const ops = parseWat(`(component
  (core module $m
    (memory (export "memory") 1)
    (global $calls (mut i32) (i32.const 0))
    (func (export "count") (result i32)
      (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
      (global.get $calls))
    (func (export "trap") (result i32) unreachable)
    (func (export "spin") (result i32) (loop br 0) unreachable)
    (func $deep (export "deep") (result i32) (i32.add (call $deep) (i32.const 1)))
    (func (export "grow") (result i32) (memory.grow (i32.const 16))))
  (core instance $i (instantiate $m))
  ${names.map((name) => `(func $${name} (result u32) (canon lift (core func $i "${name}")))`).join('\n')}
  (instance $e ${names.map((name) => `(export "${name}" (func $${name}))`).join(' ')})
  (export "acme:t/ops@0.1.0" (instance $e)))`)

/** Passes each call on to what is linked. */
const caller = parseWat(`(component
  (import "acme:t/ops@0.1.0" (instance $ops
    ${names.map((name) => `(export "${name}" (func (result u32)))`).join(' ')}))
  ${names.map((name) => `(core func $${name} (canon lower (func $ops "${name}")))`).join('\n')}
  (core module $m
    ${names.map((name) => `(import "ops" "${name}" (func $${name} (result i32)))`).join('\n')}
    ${names.map((name) => `(func (export "${name}") (result i32) call $${name})`).join('\n')})
  (core instance $i (instantiate $m (with "ops" (instance
    ${names.map((name) => `(export "${name}" (func $${name}))`).join(' ')}))))
  ${names.map((name) => `(func $l-${name} (result u32) (canon lift (core func $i "${name}")))`).join('\n')}
  (instance $e ${names.map((name) => `(export "${name}" (func $l-${name}))`).join(' ')})
  (export "acme:u/calls@0.1.0" (instance $e)))`)

interface Setting extends AsyncDisposable {
  readonly changes: Int32Array
  /** Calls that went over messages. */
  readonly sent: string[]
  readonly logged: (readonly [string, GuestLogLine])[]
  target: GuestPool
  call(name: (typeof names)[number]): Promise<number | string>
}

/** A caller and what it calls in its own thread. */
async function startSetting(
  callee: PoolSettings = {},
  own: PoolSettings = {},
  offer: (pool: GuestPool) => Colocation | undefined = (pool) => pool.colocation(),
): Promise<Setting> {
  const target = await startTestPool(ops, { componentId: 'ops', ...callee })
  const changes = new Int32Array(new SharedArrayBuffer(4))
  const [sent, logged]: [string[], (readonly [string, GuestLogLine])[]] = [[], []]
  const setting = { changes, sent, logged, target: target.pool }
  const linked: LinkedCalls = {
    invoke(request, sink) {
      sent.push(request.function)
      return setting.target.invoke({ ...request, sourceId: 'caller' }, sink)
    },
    linkNames: () => ({ names: ['default'] }),
    colocate: () => offer(setting.target),
    logAs: (id, line) => logged.push([id, line]),
  }
  const from = await startTestPool(caller, { componentId: 'caller', linked, changes, ...own })
  return Object.assign(setting, {
    call: (name: string) => callFunction(from.pool, name),
    async [Symbol.asyncDispose]() {
      await from[Symbol.asyncDispose]()
      await target[Symbol.asyncDispose]()
    },
  })
}

function callFunction(pool: GuestPool, name: string): Promise<number | string> {
  return new Promise((resolve) => {
    let result = 0
    const request = { instance: 'acme:u/calls@0.1.0', function: name, params: new Uint8Array() }
    pool.invoke(
      { ...request, sourceId: 'test', linkName: 'default', asyncParams: [], asyncResults: [] },
      {
        onResult: (bytes) => (result = bytes[0] ?? 0),
        onEnd: () => resolve(result),
        onFailure: ({ kind, message }: CallFailure) => resolve(`${kind}: ${message}`),
        onData: () => true,
        onDataEnd: () => undefined,
        onDrain: () => undefined,
      },
    )
  })
}

describe('a component in the thread of its caller', () => {
  it('is called without a message, in a fresh instance each time', async () => {
    await using setting = await startSetting()
    expect([await setting.call('count'), await setting.call('count')]).toEqual([1, 1])
    expect(setting.sent).toEqual([])
  })

  it('keeps its state where its policy says so', async () => {
    await using setting = await startSetting({ instancePolicy: 'reuse' }, { maxThreads: 1 })
    expect([await setting.call('count'), await setting.call('count')]).toEqual([1, 2])
  })

  it.each([
    ['trap', /^trap: Cannot call "trap": component "ops" failed: unreachable$/],
    ['deep', /^trap: Cannot call "deep": component "ops" failed: call stack exhausted$/],
  ] as const)(
    'that fails (%s) is a failed call of the caller, told in its own log',
    async (name, failure) => {
      await using setting = await startSetting()
      expect(await setting.call(name)).toMatch(failure)
      expect(setting.logged.map(([id, { level }]) => [id, level])).toEqual([['ops', 'error']])
      expect(await setting.call('count')).toBe(1)
      expect(setting.sent).toEqual([])
    },
  )

  it('has the memory cap of its own', async () => {
    await using setting = await startSetting({ maxMemoryBytes: 1024 * 1024 })
    // memory.grow returns -1 where the cap refuses it.
    expect(await setting.call('grow')).toBe(0xff)
    await using roomy = await startSetting()
    expect(await roomy.call('grow')).toBe(1)
  })

  it('that never returns ends with the deadline of its caller, and the next call is served', async () => {
    await using setting = await startSetting({ deadlineMs: 200 }, { deadlineMs: 200 })
    expect(await setting.call('spin')).toMatch(/^deadline: /)
    expect(await setting.call('count')).toBe(1)
  })

  it('runs in its own threads where its deadline is shorter than that of its caller', async () => {
    await using setting = await startSetting({ deadlineMs: 200 }, { deadlineMs: 20_000 })
    expect(await setting.call('spin')).toMatch(/^deadline: Cannot call "spin"/)
    expect(setting.sent).toEqual(['spin'])
  })

  it('counts against the instances that it may have', async () => {
    let running: Int32Array | undefined
    await using setting = await startSetting({ maxInstances: 1 }, {}, (pool) => {
      const offer = pool.colocation()
      running = offer?.running
      return offer
    })
    expect(await setting.call('count')).toBe(1)
    if (running === undefined) throw new Error('nothing was offered')
    Atomics.add(running, 0, 1)
    expect(await setting.call('count')).toBe(1)
    expect(setting.sent).toEqual(['count'])
    expect(Atomics.load(running, 0)).toBe(1)
  })

  it('counts no longer once the thread that it ran in was ended', async () => {
    let running: Int32Array | undefined
    const hasty = { maxInstances: 1, deadlineMs: 100 }
    await using setting = await startSetting(hasty, { deadlineMs: 100 }, (pool) => {
      const offer = pool.colocation()
      running = offer?.running
      return offer
    })
    expect(await setting.call('spin')).toMatch(/^deadline: /)
    await expect.poll(() => running?.[0]).toBe(0)
    expect(await setting.call('count')).toBe(1)
    expect(setting.sent).toEqual([])
  })

  it('is looked for anew after a change: other code, or another place', async () => {
    await using setting = await startSetting({ instancePolicy: 'reuse' }, { maxThreads: 1 })
    expect([await setting.call('count'), await setting.call('count')]).toEqual([1, 2])
    await using newer = await startTestPool(ops, { componentId: 'ops', instancePolicy: 'reuse' })
    setting.target = newer.pool
    Atomics.add(setting.changes, 0, 1)
    expect(await setting.call('count')).toBe(1)
    expect(setting.sent).toEqual([])
  })

  it('with links of its own, or large, is not offered', async () => {
    await using linking = await startTestPool(caller)
    expect(linking.pool.colocation()).toBeUndefined()
    await using ping = await startTestPool('ping')
    expect(ping.pool.colocation()).toBeUndefined()
    await using pong = await startTestPool('pong')
    expect(pong.pool.colocation()).toBeDefined()
  })
})
