import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { annotation } from '#washi/apps/planner/observed.js'
import { helloManifest, helloYaml, parseManifestText, startAppKit } from '../support/app-kit.js'
import type { AppKit } from '../support/app-kit.js'
import { startHostKit } from '../support/host-kit.js'
import type { HostKit } from '../support/host-kit.js'
import { createManualClock } from '../support/manual-clock.js'
import { startRealNatsServer } from '../support/real-nats-server.js'
import type { RealNatsServer } from '../support/real-nats-server.js'

let server: RealNatsServer
let count = 0
beforeAll(async () => {
  server = await startRealNatsServer()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
})

const freshLattice = (): string => `lattice${(count += 1)}`

/** A host and a manager in a lattice of their own. */
async function start(): Promise<
  { readonly host: HostKit; readonly apps: AppKit; readonly latticeName: string } & AsyncDisposable
> {
  const latticeName = freshLattice()
  const host = await startHostKit({ url: server.url, latticeName })
  const apps = await startAppKit({ url: server.url, latticeName })
  return {
    host,
    apps,
    latticeName,
    [Symbol.asyncDispose]: async () => {
      await apps[Symbol.asyncDispose]()
      await host[Symbol.asyncDispose]()
    },
  }
}

describe('the application manager', () => {
  it('starts everything that a manifest names, and says deployed once it runs', async () => {
    await using kit = await start()
    await kit.apps.client.put(helloManifest())
    const { revision } = await kit.apps.client.deploy('hello')
    const status = await kit.apps.reaches('hello', 'deployed')
    expect(status.revision).toBeGreaterThanOrEqual(revision ?? Infinity)
    expect(status.scalers.map(({ kind, name }) => [kind, name])).toEqual([
      ['SpreadScaler', 'hello-http_component'],
      ['LinkScaler', 'hello-httpserver -(wasi:http)-> hello-http_component'],
      ['SpreadScaler', 'hello-httpserver'],
    ])
    const inventory = await kit.host.client.getInventory(kit.host.host.id)
    expect(inventory.components).toMatchObject([
      {
        id: 'hello-http_component',
        max_instances: 2,
        annotations: { [annotation.managedBy]: 'wadm', [annotation.application]: 'hello' },
      },
    ])
    expect(
      kit.host.provider.links.get('hello-httpserver>hello-http_component/default')?.sourceConfig,
    ).toEqual({
      address: '127.0.0.1:8080',
    })
  })

  it('takes away what it put, and nothing else, when an application is undeployed', async () => {
    await using kit = await start()
    const { client } = kit.host
    await client.putConfig('mine', { a: 'b' })
    await client.scaleComponent(kit.host.host.id, {
      component_id: 'mine',
      component_ref: 'file:///m.wasm',
      count: 1,
    })
    await kit.apps.client.put(helloManifest())
    await kit.apps.client.deploy('hello')
    await kit.apps.reaches('hello', 'deployed')
    await kit.apps.client.undeploy('hello')
    await kit.apps.reaches('hello', 'undeployed')
    const inventory = await client.getInventory(kit.host.host.id)
    expect(inventory.components.map(({ id }) => id)).toEqual(['mine'])
    expect(inventory.providers).toEqual([])
    expect(await client.getLinks()).toEqual([])
    expect(await client.getConfig('hello-default_http')).toBeUndefined()
    expect(await client.getConfig('mine')).toEqual({ a: 'b' })
  })

  it('says which part failed and why, keeps saying so while it tries again, and recovers', async () => {
    await using kit = await start()
    let isTaken = true
    kit.host.provider.refuses = () => (isTaken ? 'Cannot listen on 127.0.0.1:8080: in use' : undefined)
    await kit.apps.client.put(helloManifest())
    await kit.apps.client.deploy('hello')
    const failed = await kit.apps.reaches('hello', 'failed')
    expect(failed.status.message).toContain('Cannot listen on 127.0.0.1:8080: in use')
    expect(failed.scalers.find(({ kind }) => kind === 'LinkScaler')?.status.type).toBe('failed')
    const seen: string[] = []
    for await (const { status } of kit.apps.client.watchStatus('hello', {
      signal: AbortSignal.timeout(15_000),
    })) {
      seen.push(status.type)
      if (/tried 2 times/.test(status.message)) isTaken = false
      if (status.type === 'deployed') break
    }
    expect(new Set(seen)).toEqual(new Set(['failed', 'deployed']))
  })

  it('says why a component does not start', async () => {
    await using kit = await start()
    await kit.apps.client.put(helloManifest({ image: 'file:///missing.wasm' }))
    await kit.apps.client.deploy('hello')
    const { scalers } = await kit.apps.reaches('hello', 'failed')
    expect(scalers[0]?.status.message).toContain('no such file')
  })

  it('says that no host meets a spread, and deploys when one comes', async () => {
    await using kit = await start()
    const spread = `
            spread:
              - name: mars
                requirements:
                  zone: mars`
    await kit.apps.client.put(helloManifest({ spread }))
    await kit.apps.client.deploy('hello')
    const { status } = await kit.apps.reaches('hello', 'failed')
    expect(status.message).toContain(
      'Could not satisfy spread mars for file:///hello.wasm, 0/1 eligible hosts found',
    )
    await using host = await startHostKit({
      url: server.url,
      latticeName: kit.latticeName,
      labels: { zone: 'mars' },
    })
    await kit.apps.reaches('hello', 'deployed')
    expect((await host.client.getInventory(host.host.id)).components.map(({ id }) => id)).toEqual([
      'hello-http_component',
    ])
  })

  it('waits for a host where there is none', async () => {
    const latticeName = freshLattice()
    await using apps = await startAppKit({ url: server.url, latticeName })
    await apps.client.put(helloManifest())
    await apps.client.deploy('hello')
    await apps.reaches(
      'hello',
      'waiting',
      ({ status }) => status.message === 'Lattice contains no hosts, deployment not started.',
    )
    await using _host = await startHostKit({ url: server.url, latticeName })
    await apps.reaches('hello', 'deployed')
  })

  it('restores what was deployed on a new host after a restart', async () => {
    const latticeName = freshLattice()
    {
      await using _host = await startHostKit({ url: server.url, latticeName })
      await using apps = await startAppKit({ url: server.url, latticeName })
      await apps.client.put(helloManifest())
      await apps.client.deploy('hello')
      await apps.reaches('hello', 'deployed')
    }
    await using host = await startHostKit({ url: server.url, latticeName })
    await using apps = await startAppKit({ url: server.url, latticeName })
    await apps.reaches('hello', 'deployed')
    expect(host.provider.links.size).toBe(1)
  })

  it('adopts what runs already when it starts later, and starts nothing twice', async () => {
    const latticeName = freshLattice()
    await using host = await startHostKit({ url: server.url, latticeName })
    {
      await using apps = await startAppKit({ url: server.url, latticeName })
      await apps.client.put(helloManifest())
      await apps.client.deploy('hello')
      await apps.reaches('hello', 'deployed')
    }
    const before = host.events.all.length
    await using apps = await startAppKit({ url: server.url, latticeName })
    await apps.reaches('hello', 'deployed')
    await apps.client.undeploy('hello')
    await apps.reaches('hello', 'undeployed')
    const kinds = host.events.all.slice(before).map(({ kind }) => kind)
    expect(kinds).not.toContain('provider_started')
    expect(kinds).toContain('provider_stopped')
    expect(await host.client.getLinks()).toEqual([])
  })

  it('repairs what somebody takes away by hand', async () => {
    await using kit = await start()
    const { client, host, events } = kit.host
    await kit.apps.client.put(helloManifest())
    await kit.apps.client.deploy('hello')
    await kit.apps.reaches('hello', 'deployed')
    const before = events.all.length
    await client.scaleComponent(host.id, {
      component_id: 'hello-http_component',
      component_ref: 'file:///hello.wasm',
      count: 0,
    })
    await client.deleteLink({ source_id: 'hello-httpserver', wit_namespace: 'wasi', wit_package: 'http' })
    await client.stopProvider(host.id, 'hello-httpserver')
    await events.next('component_scaled', ({ data }) => data.max_instances === 2, before)
    await events.next('linkdef_established', () => true, before)
    await kit.apps.reaches('hello', 'deployed')
  })

  it('upgrades to another version, and takes away what that one does not name', async () => {
    await using kit = await start()
    await kit.apps.client.put(helloManifest())
    await kit.apps.client.deploy('hello')
    await kit.apps.reaches('hello', 'deployed')
    await kit.apps.client.put(
      helloManifest({
        version: 'v0.0.2',
        image: 'file:///hello2.wasm',
        instances: 5,
        address: '127.0.0.1:8081',
      }),
    )
    const { revision = 0 } = await kit.apps.client.deploy('hello', 'v0.0.2')
    await kit.apps.reaches('hello', 'deployed', (status) => (status.revision ?? 0) >= revision)
    const inventory = await kit.host.client.getInventory(kit.host.host.id)
    expect(inventory.components).toMatchObject([{ image_ref: 'file:///hello2.wasm', max_instances: 5 }])
    expect(await kit.host.client.getConfig('hello-default_http')).toEqual({ address: '127.0.0.1:8081' })
    expect(await kit.apps.client.versions('hello')).toEqual([
      { version: 'v0.0.1', deployed: false },
      { version: 'v0.0.2', deployed: true },
    ])
  })

  it('runs two applications with the same provider image on one host', async () => {
    await using kit = await start()
    for (const name of ['one', 'two']) {
      await kit.apps.client.put(helloManifest({ name }))
      await kit.apps.client.deploy(name)
    }
    await kit.apps.reaches('one', 'deployed')
    await kit.apps.reaches('two', 'deployed')
    await kit.apps.client.delete('one')
    await kit.apps.reaches('one', 'undeployed')
    const { providers } = await kit.host.client.getInventory(kit.host.host.id)
    expect(providers.map(({ id }) => id)).toEqual(['two-httpserver'])
  })

  it('goes on when the bus comes back, and misses nothing that happened meanwhile', async () => {
    await using own = await startRealNatsServer()
    await using host = await startHostKit({ url: own.url, latticeName: 'default' })
    await using apps = await startAppKit({ url: own.url, latticeName: 'default' })
    await apps.client.put(helloManifest())
    await apps.client.deploy('hello')
    await apps.reaches('hello', 'deployed')
    await own.kill()
    await own.restart()
    await vi.waitUntil(() => apps.client.list().catch(() => undefined), { timeout: 10_000, interval: 100 })
    await apps.client.put(helloManifest({ name: 'two', address: '127.0.0.1:8082' }))
    await apps.client.deploy('two')
    await apps.reaches('two', 'deployed')
    await apps.client.delete('hello')
    await apps.reaches('hello', 'undeployed')
    expect((await host.client.getInventory(host.host.id)).providers.map(({ id }) => id)).toEqual([
      'two-httpserver',
    ])
  })

  it('records what runs where, in the layout of wadm', async () => {
    await using kit = await start()
    await kit.apps.client.put(helloManifest())
    await kit.apps.client.deploy('hello')
    await kit.apps.reaches('hello', 'deployed')
    const bucket = await kit.apps.connection.bucket('wadm_state')
    const read = async (kind: string): Promise<unknown> => {
      const entry = await bucket.get(`${kind}_${kit.latticeName}`)
      return entry && JSON.parse(new TextDecoder().decode(entry.value))
    }
    const { id } = kit.host.host
    const components = await vi.waitUntil(() => read('component'), { timeout: 10_000 })
    expect(components).toMatchObject({
      'hello-http_component': { instances: { [id]: [{ count: 2 }] }, reference: 'file:///hello.wasm' },
    })
    expect(await vi.waitUntil(() => read('provider'), { timeout: 10_000 })).toMatchObject({
      'hello-httpserver': { hosts: { [id]: 'Running' } },
    })
  })

  it('refuses to deploy what can never run, and starts nothing of it', async () => {
    await using kit = await start()
    const text = helloYaml().replace('spreadscaler', 'fancyscaler')
    await kit.apps.client.put(parseManifestText(text))
    await expect(kit.apps.client.deploy('hello')).rejects.toMatchObject({
      code: 'APP_UNSUPPORTED',
      message: expect.stringContaining('it would never run') as string,
    })
    expect((await kit.apps.client.versions('hello'))[0]?.deployed).toBe(false)
  })

  it('says why a provider does not start that no host has', async () => {
    await using kit = await start()
    await kit.apps.client.put(helloManifest({ provider: 'ghcr.io/wasmcloud/nothing:0.10.0' }))
    await kit.apps.client.deploy('hello')
    const { scalers } = await kit.apps.reaches('hello', 'failed')
    expect(scalers[2]?.status.message).toContain('ghcr.io/wasmcloud/nothing')
  })

  it('links what applications share, and says what is missing of it', async () => {
    await using kit = await start()
    const { client } = kit.apps
    const sharing = helloYaml({ name: 'sharer' }).replace(
      '    version:',
      '    experimental.wasmcloud.dev/shared: "true"\n    version:',
    )
    const using_ = helloYaml({ name: 'user' })
      .replace(/image: ghcr.*/, 'application: { name: sharer, component: httpserver }')
      .replace('            target: http', '            name: second\n            target: http')
    const put = await client.put(parseManifestText(using_))
    expect(put.message).toContain('but some shared components are not deployed: ["httpserver"]')
    await expect(client.deploy('user')).rejects.toThrow(
      'Application contains shared components that are not deployed in other applications: ["httpserver"]',
    )
    await client.put(parseManifestText(sharing))
    await client.deploy('sharer')
    await kit.apps.reaches('sharer', 'deployed')
    await client.deploy('user')
    await kit.apps.reaches('user', 'deployed')
    expect([...kit.host.provider.links.keys()].sort()).toEqual([
      'sharer-httpserver>sharer-http_component/default',
      'sharer-httpserver>user-http_component/second',
    ])
    await client.undeploy('sharer')
    const { status } = await kit.apps.reaches('user', 'reconciling')
    expect(status.message).toBe(
      'Waiting for the provider sharer-httpserver, which the application "sharer" shares',
    )
  })

  it('stands by while another manager serves the lattice, and takes over when that is gone', async () => {
    const latticeName = freshLattice()
    const first = await startAppKit({ url: server.url, latticeName })
    await first.client.put(helloManifest())
    const clock = createManualClock()
    await using second = await startAppKit({ url: server.url, latticeName, clock })
    expect([first.manager.role, second.manager.role]).toEqual(['active', 'standby'])
    await first[Symbol.asyncDispose]()
    clock.advance(5_000)
    await vi.waitUntil(() => second.manager.role === 'active', { timeout: 10_000 })
    expect((await second.client.list()).map(({ name }) => name)).toEqual(['hello'])
  })

  it('is one, however many start at the same moment, and the next one takes over when it stops', async () => {
    const latticeName = freshLattice()
    const kits = await Promise.all(
      Array.from({ length: 4 }, () => startAppKit({ url: server.url, latticeName })),
    )
    const active = (): readonly AppKit[] => kits.filter(({ manager }) => manager.role === 'active')
    await vi.waitUntil(() => active().length === 1, { timeout: 10_000 })
    const [first] = active()
    await first?.manager.stop()
    await vi.waitUntil(() => active().length === 1 && active()[0] !== first, { timeout: 15_000 })
    await Promise.all(kits.map((kit) => kit[Symbol.asyncDispose]()))
  })

  it('takes over where the last one was killed with the lease in its hands', async () => {
    const latticeName = freshLattice()
    await using kit = await startAppKit({ url: server.url, latticeName })
    await kit.manager.stop()
    const bucket = await kit.connection.bucket('wadm_state')
    await bucket.put(`washi_manager_${latticeName}`, 'somebody who is gone')
    await using next = await startAppKit({ url: server.url, latticeName })
    expect(next.manager.role).toBe('active')
    await bucket.put(`washi_manager_${latticeName}`, 'somebody else')
    await vi.waitUntil(() => next.manager.role === 'standby', { timeout: 10_000 })
  })
})
