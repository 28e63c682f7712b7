import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engineRuntime } from '#washi/host/components/engine-runtime.js'
import type { HttpTarget } from '#washi/host/http-exchange.js'
import type { RpcTarget } from '#washi/host/rpc-exchange.js'
import type { WrpcServer } from '#washi/lattice/wrpc/server.js'
import { blobstore, olderBlobstore } from '#washi/wit/wire/blobstore.js'
import { outgoingHandler } from '#washi/wit/wire/http.js'
import { atomics, batch, store } from '#washi/wit/wire/keyvalue.js'
import type { WireInterface } from '#washi/wit/wire/wire-interface.js'
import { ask } from '../support/guest-pool-kit.js'
import { startHostKit, type HostKit } from '../support/host-kit.js'
import { createHttpClient } from '../support/linked/http-client.js'
import { createMemoryBlobstore } from '../support/linked/memory-blobstore.js'
import { createMemoryKeyValue } from '../support/linked/memory-key-value.js'
import { serveOnLattice } from '../support/linked/serve-on-lattice.js'
import { natsImplementations, type NatsUnderTest } from '../support/nats-implementations.js'

const component = (name: string): string =>
  `file://${fileURLToPath(new URL(`../fixtures/components/${name}.wasm`, import.meta.url))}`

describe.each(natsImplementations)('stores elsewhere on the lattice, over $name', ({ start }) => {
  let bus: NatsUnderTest
  let kit: HostKit
  let served: WrpcServer[] = []
  let lattice = 0

  beforeAll(async () => void (bus = await start()))
  afterAll(() => bus[Symbol.asyncDispose]())
  beforeEach(async () => {
    lattice += 1
    kit = await startHostKit({ url: bus.url, runtime: engineRuntime, latticeName: `stores-${lattice}` })
  })
  afterEach(async () => {
    for (const one of served) await one.close(0)
    served = []
    await kit[Symbol.asyncDispose]()
  })

  async function serve(id: string, interfaces: readonly WireInterface[], target: RpcTarget): Promise<void> {
    served.push(serveOnLattice(kit.connection, id, interfaces, target))
    await kit.connection.flush()
  }

  function link(source: string, target: string, wit: string, interfaces: string[], name = 'default') {
    return kit.client.putLink({
      ...{ source_id: source, target, name, wit_namespace: 'wasi', wit_package: wit, interfaces },
    })
  }

  async function startComponent(id: string): Promise<HttpTarget> {
    await kit.client.scaleComponent(kit.host.id, { component_id: id, component_ref: component(id), count: 4 })
    await kit.events.next('component_scaled', ({ data }) => data.component_id === id)
    await kit.client.startProvider(kit.host.id, {
      provider_id: 'p',
      provider_ref: 'wasmcloud+builtin://http-server',
    })
    await kit.events.next('provider_started')
    const target = kit.provider.context?.httpTarget(id)
    if (target === undefined) throw new Error('there is no target')
    return target
  }

  it('keep the values of a component, by the link that it names', async () => {
    const interfaces = [store, atomics, batch]
    await serve('kv', interfaces, createMemoryKeyValue())
    await serve('cache', interfaces, createMemoryKeyValue())
    await link('kv-counter', 'kv', 'keyvalue', ['store', 'atomics', 'batch'])
    await link('kv-counter', 'cache', 'keyvalue', ['store', 'atomics', 'batch'], 'cache')
    const target = await startComponent('kv-counter')
    expect((await ask(target, '/incr/n?by=2')).text).toBe('2\n')
    expect((await ask(target, '/incr/n?by=5&link=cache')).text).toBe('5\n')
    expect((await ask(target, '/many', { method: 'PUT', body: 'a=1\nb=2' })).status).toBe(204)
    expect((await ask(target, '/keys')).text).toBe('a\nb\nn\n')
    expect(await ask(target, '/keys?bucket=denied')).toMatchObject({ status: 500, text: 'access denied\n' })
    const { status, text } = await ask(target, '/get/n?link=nope')
    expect(status).toBe(500)
    expect(text).toContain(
      'no link named "nope" for wasi:keyvalue/store; its links for it: "cache", "default"',
    )
  })

  it.each([
    ['0.2.0', blobstore],
    ['0.1.0', olderBlobstore],
  ] as const)('stream blobs at version %s', async (version, wire) => {
    await serve('blobs', [wire], createMemoryBlobstore({ version }))
    await link('blob', 'blobs', 'blobstore', ['blobstore'])
    const target = await startComponent('blob')
    expect((await ask(target, '/c/box', { method: 'PUT' })).status).toBe(201)
    const body = Buffer.alloc(2_000_000, 'blob ')
    expect((await ask(target, '/c/box/big', { method: 'PUT', body })).status).toBe(201)
    expect((await ask(target, '/c/box/big')).body.equals(body)).toBe(true)
    await ask(target, '/c/box/small', { method: 'PUT', body: 'x' })
    expect((await ask(target, '/c/box')).text).toBe('big\nsmall\n')
  })

  it('carry requests to an HTTP client, and its responses back', async () => {
    const server = createServer((request, response) => void request.pipe(response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    await serve('client', [outgoingHandler], createHttpClient())
    await link('outgoing', 'client', 'http', ['outgoing-handler'])
    const target = await startComponent('outgoing')
    const body = Buffer.alloc(1_000_000, 'there and back ')
    const answer = await ask(target, `/fetch?url=${url}`, { method: 'POST', body })
    expect([answer.status, answer.body.equals(body)]).toEqual([200, true])
    expect((await ask(target, '/fetch?url=http://127.0.0.1:1/')).text).toBe('connection-refused\n')
    server.closeAllConnections()
    server.close()
  })
})
