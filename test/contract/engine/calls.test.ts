import type { GuestPool, LinkedCalls } from '#washi/host/engine/guest-pool.js'
import type { CallFailure } from '#washi/host/http-exchange.js'
import { createTupleCodec } from '#washi/wit/codec/create-tuple-codec.js'
import { describe, expect, it } from 'vitest'
import { engines } from '../../support/engines.js'
import { ask, startTestPool } from '../../support/guest-pool-kit.js'
import { seededRandom } from '../../support/random.js'
import { randomValue } from '../../support/random-values.js'

const pingpong = 'test:pingpong/pingpong@0.1.0'
const echo = 'test:types/echo@0.1.0'

describe.each(engines)('calls under $kind', (engine) => {
  it.each(['fresh', 'reuse'] as const)('go over links to other guests (%s)', async (instancePolicy) => {
    await using pong = await startTestPool('pong', { engine, instancePolicy })
    await using ping = await startTestPool('ping', { engine, instancePolicy, linked: linkedTo(pong.pool) })
    expect((await ask(ping.pool, '/')).text).toBe('ping pong\n')
    expect((await ask(ping.pool, '/add/4294967295/2')).text).toBe('1\n')
    expect((await ask(ping.pool, '/many/50')).text).toBe('50 of 50 calls answered pong\n')
  })

  it('carry every type there and back', async () => {
    await using target = await startTestPool('echo-types', { engine })
    await using caller = await startTestPool('types-caller', { engine, linked: linkedTo(target.pool) })
    expect((await ask(caller.pool, '/')).text).toBe('146 ok, 0 failed\n')
  })

  it('give back random values of every function', async () => {
    await using target = await startTestPool('echo-types', { engine })
    const random = seededRandom(11)
    const declared = target.pool.world.exports.find(({ name }) => name === echo)
    for (const { name, params, result } of declared?.kind === 'interface' ? declared.functions : []) {
      const codec = createTupleCodec(params.map(({ type }) => type))
      for (let round = 0; round < 10; round++) {
        const args = params.map(({ type }) => randomValue(type, random))
        const answer = await callPool(target.pool, { instance: echo, name, params: codec.encode(args) })
        const values = createTupleCodec(result ? [result] : []).decode(answer.results ?? new Uint8Array())
        const expected = result === undefined ? [] : params.length > 1 ? [args] : args
        expect({ values, failure: answer.failure }, name).toEqual({ values: expected, failure: undefined })
      }
    }
  })

  it('trap with the reason where nothing is linked, and the next call is served', async () => {
    await using ping = await startTestPool('ping', { engine, componentId: 'ping' })
    expect((await ask(ping.pool, '/')).failure).toMatchObject({
      kind: 'no-link',
      message: expect.stringContaining('washi link put ping <provider> test pingpong') as string,
    })
    expect((await ask(ping.pool, '/nowhere')).status).toBe(404)
  })

  it('are refused where the function or its parameters do not fit', async () => {
    await using pong = await startTestPool('pong', { engine })
    const call = async (name: string): Promise<string | undefined> =>
      (await callPool(pong.pool, { instance: pingpong, name, params: Uint8Array.of(1) })).failure?.kind
    expect([await call('add'), await call('subtract')]).toEqual(['bad-value', 'unavailable'])
  })
})

/** Everything that the guest links goes to one pool. */
function linkedTo(target: GuestPool): LinkedCalls {
  return {
    invoke: (request, sink) => target.invoke({ ...request, sourceId: 'caller' }, sink),
    linkNames: () => ({ names: ['default'] }),
  }
}

interface Called {
  readonly results: Uint8Array | undefined
  readonly failure: CallFailure | undefined
}

function callPool(
  pool: GuestPool,
  { instance, name, params }: { instance: string; name: string; params: Uint8Array },
): Promise<Called> {
  return new Promise((resolve) => {
    let results: Uint8Array | undefined
    const sink = {
      onResult: (bytes: Uint8Array) => (results = bytes),
      onEnd: () => resolve({ results, failure: undefined }),
      onFailure: (failure: CallFailure) => resolve({ results, failure }),
      onData: () => true,
      onDataEnd: () => undefined,
      onDrain: () => undefined,
    }
    const request = { instance, function: name, params, asyncParams: [], asyncResults: [] }
    pool.invoke({ ...request, sourceId: 'test', linkName: 'default' }, sink)
  })
}
