import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readWorld } from '#washi/component/read-world.js'
import { callWithValues } from '#washi/host/calls/call-with-values.js'
import { createRemoteTarget } from '#washi/host/calls/remote-target.js'
import { silentLogger } from '#washi/core/log.js'
import { WrpcClient } from '#washi/lattice/wrpc/client.js'
import { defineProvider, providerWorld } from '#washi/provider-sdk/index.js'
import { printProviderModule } from '#washi/wit/typescript/print-provider-module.js'
import { atomics, store } from '#washi/wit/wire/keyvalue.js'
import { startExternalKit, type ExternalKit } from '../support/external-kit.js'
import { guestFile } from '../support/washi-lattice.js'

const wit = fileURLToPath(new URL('../programs/rust-provider/wit', import.meta.url))

interface Exports {
  'wrpc:keyvalue/store': { get(bucket: string, key: string): Uint8Array | undefined }
  'wrpc:keyvalue/atomics': { increment(bucket: string, key: string, delta: bigint): bigint }
}
interface Imports {
  'test:pingpong/pingpong': { ping(): string; add(a: number, b: number): number }
}

const pingpong = {
  name: 'test:pingpong/pingpong@0.1.0',
  functions: [
    { name: 'ping', params: [], result: { kind: 'string' } },
    {
      name: 'add',
      params: [
        { name: 'a', type: { kind: 'u32' } },
        { name: 'b', type: { kind: 'u32' } },
      ],
      result: { kind: 'u32' },
    },
  ],
}

const world = providerWorld<Exports, Imports>({
  exports: [
    { link: 'wrpc:keyvalue/store', wire: store },
    { link: 'wrpc:keyvalue/atomics', wire: atomics },
  ],
  imports: [{ link: 'test:pingpong/pingpong', wire: pingpong }],
})

const provider = defineProvider(world, {
  name: 'defined',
  create: ({ target }) => ({
    exports: {
      'wrpc:keyvalue/store': {
        get: async ({ sourceId, linkName }, _bucket, key) => {
          if (key === 'who') return Buffer.from(`${sourceId}/${linkName}`)
          const { ping, add } = target({ target: key, name: 'default' })['test:pingpong/pingpong']
          return Buffer.from(`${await ping()} ${await add(40, 2)}`)
        },
      },
      'wrpc:keyvalue/atomics': {
        increment: (_caller, _bucket, key, delta) => {
          if (key === 'fault') throw new Error('a fault')
          if (key === 'denied') throw { tag: 'access-denied' }
          return delta + 1n
        },
      },
    },
  }),
})

describe('a provider made by defineProvider()', () => {
  let kit: ExternalKit
  let client: WrpcClient

  beforeAll(async () => {
    kit = await startExternalKit({ providers: [provider] })
    client = new WrpcClient(kit.kit.connection, silentLogger)
    expect(await kit.start('p', 'wasmcloud+builtin://defined')).toBeUndefined()
    const pong = { component_id: 'pong', component_ref: `file://${guestFile('pong')}`, count: 1 }
    await kit.kit.client.scaleComponent(kit.kit.host.id, pong)
    await kit.kit.events.next('component_scaled')
  })
  afterAll(async () => {
    await client.close()
    await kit[Symbol.asyncDispose]()
  })

  const call = async (of: typeof store, name: string, args: readonly unknown[]): Promise<unknown> => {
    const target = createRemoteTarget(client, { lattice: 'default', id: 'p' })
    return await callWithValues(target, 'me', { targetId: 'p', linkName: 'mine', of, function: name, args })
  }

  it('is told who calls, and answers with the ok side of a result', async () => {
    expect(await call(store, 'get', ['', 'who'])).toEqual({
      tag: 'ok',
      val: new Uint8Array(Buffer.from('me/mine')),
    })
    expect(await call(atomics, 'increment', ['', 'n', 41n])).toEqual({ tag: 'ok', val: 42n })
  })

  it('answers with the error of a result where it throws one, and fails where it throws an Error', async () => {
    expect(await call(atomics, 'increment', ['', 'denied', 1n])).toEqual({
      tag: 'err',
      val: { tag: 'access-denied' },
    })
    await expect(call(atomics, 'increment', ['', 'fault', 1n])).rejects.toMatchObject({
      code: 'PROVIDER_CALL_FAILED',
    })
  })

  it('calls what it imports', async () => {
    const answer = (await call(store, 'get', ['', 'pong'])) as { val: Uint8Array }
    expect(Buffer.from(answer.val).toString()).toBe('pong 42')
  })

  it('fails a call of a function that it does not have', async () => {
    await expect(call(store, 'exists', ['', 'x'])).rejects.toMatchObject({ code: 'PROVIDER_CALL_FAILED' })
  })

  it('has types from its WIT', async () => {
    const text = printProviderModule(await readWorld(wit))
    expect(text).toContain(`import { providerWorld } from 'washi/provider'`)
    expect(text).toMatch(/increment\(bucket: string, key: string, delta: bigint\): bigint/)
    expect(text).toMatch(
      /'test:pingpong\/pingpong': \{\s+ping\(\): string\s+add\(a: number, b: number\): number/,
    )
    expect(text).toContain('export const world = providerWorld<Exports, Imports>(')
  })
})
