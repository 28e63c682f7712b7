import type { GuestPool, LinkedCallRequest, LinkedCalls } from '#washi/host/engine/guest-pool.js'
import type { CallFailure } from '#washi/host/http-exchange.js'
import type { RpcAnswerSink, RpcCall } from '#washi/host/rpc-exchange.js'
import { createTupleCodec } from '#washi/wit/codec/create-tuple-codec.js'
import type { ValueType } from '#washi/wit/model.js'
import { describe, expect, it } from 'vitest'
import { ask, startTestPool, type PoolSettings, type TestPool } from '../../support/guest-pool-kit.js'
import { parseWat } from '../../support/wasm-tools.js'

/** Everything that the guest links goes to one pool. */
function linkedTo(target: () => GuestPool, seen: LinkedCallRequest[] = []): LinkedCalls {
  return {
    invoke(request, sink) {
      seen.push(request)
      return target().invoke({ ...request, sourceId: 'caller' }, sink)
    },
    linkNames: () => ({ names: ['default'] }),
  }
}

interface Called {
  readonly results: Uint8Array | undefined
  readonly failure: CallFailure | undefined
}

function quietCall(cancel: () => void): RpcCall {
  return { write: () => true, end: () => undefined, resume: () => undefined, cancel }
}

const ignoreStreams = { onData: () => true, onDataEnd: () => undefined, onDrain: () => undefined }

/** Calls a function of a pool as somebody outside. */
function callPool(pool: GuestPool, instance: string, name: string, params: Uint8Array): Promise<Called> {
  return new Promise((resolve) => {
    let results: Uint8Array | undefined
    const sink: RpcAnswerSink = {
      onResult: (bytes) => (results = bytes),
      onEnd: () => resolve({ results, failure: undefined }),
      onFailure: (failure) => resolve({ results, failure }),
      ...ignoreStreams,
    }
    const request = { instance, function: name, params, asyncParams: [], asyncResults: [] }
    pool.invoke({ ...request, sourceId: 'test', linkName: 'default' }, sink)
  })
}

const u32: ValueType = { kind: 'u32' }
const pingpong = 'test:pingpong/pingpong@0.1.0'

describe('a guest that calls over a link', () => {
  it.each(['fresh', 'reuse'] as const)('gets its answer from another guest (%s)', async (instancePolicy) => {
    await using pong = await startTestPool('pong', { instancePolicy })
    const seen: LinkedCallRequest[] = []
    const linked = linkedTo(() => pong.pool, seen)
    await using ping = await startTestPool('ping', { linked, instancePolicy })
    expect((await ask(ping.pool, '/')).text).toBe('ping pong\n')
    expect((await ask(ping.pool, '/add/4294967295/2')).text).toBe('1\n')
    expect((await ask(ping.pool, '/many/500')).text).toBe('500 of 500 calls answered pong\n')
    expect(seen[0]).toMatchObject({
      ...{ key: 'test:pingpong/pingpong', linkName: 'default', instance: pingpong, function: 'ping' },
      ...{ asyncParams: [], asyncResults: [] },
    })
  })

  it('carries every type there and back', async () => {
    await using echo = await startTestPool('echo-types')
    await using caller = await startTestPool('types-caller', { linked: linkedTo(() => echo.pool) })
    expect((await ask(caller.pool, '/')).text).toBe('146 ok, 0 failed\n')
  })

  it('traps with the reason where nothing is linked, and serves the next call', async () => {
    await using ping = await startTestPool('ping', { componentId: 'ping' })
    const { failure } = await ask(ping.pool, '/')
    expect(failure).toMatchObject({
      kind: 'no-link',
      message: expect.stringContaining('washi link put ping <provider> test pingpong') as string,
    })
    expect((await ask(ping.pool, '/nowhere')).status).toBe(404)
  })

  it('that is ended while it waits ends its calls at their targets', async () => {
    let cancelled = 0
    const silent: LinkedCalls = {
      invoke: (): RpcCall => ({
        write: () => true,
        end: () => undefined,
        resume: () => undefined,
        cancel: () => void (cancelled += 1),
      }),
      linkNames: () => ({ names: [] }),
    }
    await using ping = await startTestPool('ping', { linked: silent, deadlineMs: 100 })
    expect((await ask(ping.pool, '/')).failure?.kind).toBe('deadline')
    expect((await ask(ping.pool, '/nowhere')).status).toBe(404)
    expect(cancelled).toBe(1)
  })

  it('does not keep others from being served while it waits', async () => {
    await using pong = await startTestPool('pong')
    const held: (() => void)[] = []
    const linked: LinkedCalls = {
      invoke(request, sink) {
        let call: RpcCall | undefined
        held.push(() => (call = pong.pool.invoke({ ...request, sourceId: 'ping' }, sink)))
        return {
          write: () => true,
          end: () => undefined,
          resume: () => undefined,
          cancel: () => call?.cancel(),
        }
      },
      linkNames: () => ({ names: [] }),
    }
    await using ping = await startTestPool('ping', { linked, maxInstances: 4, maxThreads: 4 })
    const waiting = [ask(ping.pool, '/'), ask(ping.pool, '/'), ask(ping.pool, '/')]
    expect((await ask(ping.pool, '/nowhere')).status).toBe(404)
    await expect.poll(() => held.length).toBe(3)
    for (const release of held) release()
    expect((await Promise.all(waiting)).map(({ text }) => text)).toEqual(Array(3).fill('ping pong\n'))
  })
})

/** Exports what it imports, and calls that: itself, where it is linked so. */
const circle = parseWat(`(component
  (import "acme:t/circle@0.1.0" (instance $next (export "go" (func (result u32)))))
  (core func $go (canon lower (func $next "go")))
  (core module $m
    (import "next" "go" (func $go (result i32)))
    (func (export "go") (result i32) (i32.add (call $go) (i32.const 1))))
  (core instance $i (instantiate $m (with "next" (instance (export "go" (func $go))))))
  (func $f (result u32) (canon lift (core func $i "go")))
  (instance $e (export "go" (func $f)))
  (export "acme:t/circle@0.1.0" (instance $e)))`)

/** A component that calls itself, until there were `most` calls; those answer 0. */
async function startCircle(
  most: number,
  settings: PoolSettings,
): Promise<TestPool & { readonly open: () => number }> {
  const pools: GuestPool[] = []
  let [open, calls] = [0, 0]
  const linked: LinkedCalls = {
    invoke(request, sink): RpcCall {
      calls += 1
      open += 1
      const counted: RpcAnswerSink = {
        ...ignoreStreams,
        onResult: (bytes) => sink.onResult(bytes),
        onEnd: () => {
          open -= 1
          sink.onEnd()
        },
        onFailure: (failure) => {
          open -= 1
          sink.onFailure(failure)
        },
      }
      if (calls < most) {
        const call = (pools[0] ?? expect.fail('not started')).invoke(
          { ...request, sourceId: 'circle' },
          counted,
        )
        return quietCall(() => {
          open -= 1
          call.cancel()
        })
      }
      queueMicrotask(() => {
        counted.onResult(Uint8Array.of(0))
        counted.onEnd()
      })
      return quietCall(() => (open -= 1))
    },
    linkNames: () => ({ names: [] }),
  }
  const started = await startTestPool(circle, { componentId: 'circle', linked, ...settings })
  pools.push(started.pool)
  return { ...started, open: () => open }
}

describe('a guest that calls itself over a link', () => {
  const go = (pool: GuestPool): Promise<Called> =>
    callPool(pool, 'acme:t/circle@0.1.0', 'go', new Uint8Array())

  it('gets as deep as it may have instances, however few threads may compute', async () => {
    await using circle = await startCircle(12, { maxInstances: 12, maxThreads: 2 })
    expect([...((await go(circle.pool)).results ?? [])]).toEqual([12])
    expect(circle.open()).toBe(0)
  })

  it('without end is ended by its deadline, which says what it waited for, and all that it called with it', async () => {
    await using circle = await startCircle(Infinity, { maxInstances: 3, maxThreads: 2, deadlineMs: 600 })
    expect((await go(circle.pool)).failure).toEqual({
      kind: 'deadline',
      message:
        'The call took longer than its execution time of 600 ms; it was waiting for "go" of acme:t/circle@0.1.0',
    })
    await circle.pool.drain()
    expect(circle.open()).toBe(0)
  })
})

describe('several components', () => {
  it('get their share: those that compute without end keep nobody else from being served', async () => {
    const greedy = await Promise.all(
      Array.from({ length: 3 }, () => startTestPool('trouble', { deadlineMs: 60_000 })),
    )
    await using pong = await startTestPool('pong')
    await using ping = await startTestPool('ping', { linked: linkedTo(() => pong.pool) })
    const computing = greedy.flatMap(({ pool }) => [ask(pool, '/loop'), ask(pool, '/loop')])
    expect((await ask(ping.pool, '/many/50')).text).toBe('50 of 50 calls answered pong\n')
    await Promise.all(greedy.map(({ pool }) => pool.stop(0)))
    expect((await Promise.all(computing)).map(({ failure }) => failure?.kind)).toEqual(
      Array(6).fill('unavailable'),
    )
  })
})

describe('a call of an exported function', () => {
  it('takes and returns wRPC bytes', async () => {
    await using pong = await startTestPool('pong')
    const params = createTupleCodec([u32, u32]).encode([40, 2])
    const { results } = await callPool(pong.pool, pingpong, 'add', params)
    expect(results && createTupleCodec([u32]).decode(results)).toEqual([42])
  })

  it('with parameters that cannot be read is refused, and the instance goes on', async () => {
    await using pong = await startTestPool('pong', { instancePolicy: 'reuse' })
    const { failure } = await callPool(pong.pool, pingpong, 'add', Uint8Array.of(1))
    expect(failure).toMatchObject({
      kind: 'bad-value',
      message: `"add" of ${pingpong}: its parameters: params.1: the bytes end within a byte, at byte 1`,
    })
    expect([...((await callPool(pong.pool, pingpong, 'ping', new Uint8Array())).results ?? [])]).toEqual([
      4, 0x70, 0x6f, 0x6e, 0x67,
    ])
  })

  it('that does not exist names those that do', async () => {
    await using pong = await startTestPool('pong', { componentId: 'pong' })
    const { failure } = await callPool(pong.pool, pingpong, 'gnip', new Uint8Array())
    expect(failure).toEqual({
      kind: 'unavailable',
      message: `Component "pong" has no function ${pingpong}.gnip that can be called over a link: it exports ${pingpong}.add, ${pingpong}.ping`,
    })
  })

  it('of another version of an interface names both versions', async () => {
    await using pong = await startTestPool('pong', { componentId: 'pong' })
    const { failure } = await callPool(pong.pool, 'test:pingpong/pingpong@0.2.0', 'ping', new Uint8Array())
    expect(failure).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining(
        `Component "pong" exports ${pingpong}, but test:pingpong/pingpong@0.2.0 is called`,
      ) as string,
    })
  })

  it('of a resource is not offered', async () => {
    await using echo = await startTestPool('echo-types')
    const { failure } = await callPool(
      echo.pool,
      'test:types/counters@0.1.0',
      '[constructor]counter',
      Uint8Array.of(1),
    )
    expect(failure?.kind).toBe('unavailable')
  })

  it('waits its turn, and a pool that is drained has answered all', async () => {
    await using pong = await startTestPool('pong', { maxInstances: 1, maxThreads: 1 })
    const params = createTupleCodec([u32, u32]).encode([1, 1])
    const calls = Array.from({ length: 50 }, () => callPool(pong.pool, pingpong, 'add', params))
    await pong.pool.drain()
    await pong.pool.stop()
    const answers = await Promise.all(calls)
    expect(answers.filter(({ results }) => results?.[0] === 2)).toHaveLength(50)
  })
})
