import { readConfig } from '#washi/lattice/store/configs.js'
import { createHostSeed } from '#washi/lattice/identity/host-key.js'
import type { LinkInput } from '#washi/lattice/control/schemas.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callHttp } from '../support/call-http.js'
import { startEmbeddedBus } from '../support/embedded-bus.js'
import type { EmbeddedBus } from '../support/embedded-bus.js'
import { FakeProvider, ManualClock, startHostKit } from '../support/host-kit.js'
import type { HostKit, HostKitOptions } from '../support/host-kit.js'

const reference = 'ghcr.io/wasmcloud/http-server:0.28.0'
const link: LinkInput = {
  source_id: 'httpserver',
  target: 'hello',
  wit_namespace: 'wasi',
  wit_package: 'http',
  interfaces: ['incoming-handler'],
  source_config: ['http-conf'],
}

let bus: EmbeddedBus
let count = 0
beforeAll(async () => {
  bus = await startEmbeddedBus()
})
afterAll(async () => {
  await bus[Symbol.asyncDispose]()
})

/** A host in a lattice of its own. */
const start = (options: Partial<HostKitOptions> = {}): Promise<HostKit> =>
  startHostKit({ url: bus.url, latticeName: `lattice${(count += 1)}`, ...options })

const startHello = (kit: HostKit, countOf = 1): Promise<string> =>
  kit.client.scaleComponent(kit.host.id, {
    component_id: 'hello',
    component_ref: 'file:///a.wasm',
    count: countOf,
  })

describe('a host', () => {
  it('announces itself, answers a ping with its identity, and says goodbye', async () => {
    const seed = createHostSeed()
    const kit = await start({ seed, labels: { zone: 'a' }, machine: { arch: 'arm64', platform: 'darwin' } })
    const labels = {
      'hostcore.arch': 'aarch64',
      'hostcore.os': 'macos',
      'hostcore.osfamily': 'unix',
      zone: 'a',
    }
    expect(await kit.events.next('host_started')).toMatchObject({
      source: kit.host.id,
      data: { labels, uptime_seconds: 0 },
    })
    const [found] = await kit.client.pingHosts({ expected: 1 })
    expect(found).toMatchObject({
      id: kit.host.id,
      friendly_name: kit.host.friendlyName,
      labels,
      version: '0.1.0',
    })
    await kit.host.stop()
    expect(await kit.events.next('host_stopped')).toMatchObject({ data: { labels } })
    expect(await kit.host.closed).toEqual({ kind: 'stopped' })
    await kit[Symbol.asyncDispose]()
  })

  it('stops when the lattice asks for it, after it has answered', async () => {
    await using kit = await start()
    expect(await kit.client.stopHost(kit.host.id)).toBe('successfully handled stop host')
    expect(await kit.host.closed).toEqual({ kind: 'stop-requested' })
    await expect(kit.client.getInventory(kit.host.id)).rejects.toMatchObject({ code: 'HOST_NOT_FOUND' })
    await expect(kit.client.getLinks()).rejects.toMatchObject({ code: 'LATTICE_EMPTY', hint: 'washi up -d' })
  })

  it('beats after each interval with its inventory', async () => {
    const clock = new ManualClock()
    await using kit = await start({ clock, heartbeatMs: 30_000 })
    clock.advance(90_000)
    const beat = await kit.events.next('host_heartbeat', ({ data }) => data.uptime_seconds === 90)
    expect(beat.data).toMatchObject({
      host_id: kit.host.id,
      components: [],
      providers: [],
      uptime_human: '1m 30s',
    })
    expect(kit.events.count('host_heartbeat')).toBe(3)
  })
})

describe('a component of the host', () => {
  it('starts, rescales and stops, each told by an event and by the inventory', async () => {
    await using kit = await start()
    await startHello(kit, 2)
    expect((await kit.events.next('component_scaled')).data).toMatchObject({
      component_id: 'hello',
      max_instances: 2,
    })
    await startHello(kit, 5)
    await kit.events.next('component_scaled', ({ data }) => data.max_instances === 5)
    expect(kit.runtime.pools.get('hello')?.limits.maxInstances).toBe(5)
    expect((await kit.client.getInventory(kit.host.id)).components).toMatchObject([
      { id: 'hello', max_instances: 5 },
    ])
    await startHello(kit, 0)
    await kit.events.next('component_scaled', ({ data }) => data.max_instances === 0)
    expect((await kit.client.getInventory(kit.host.id)).components).toEqual([])
    expect(kit.runtime.pools.get('hello')?.isStopped).toBe(true)
  })

  it('is told with the whole reason where it cannot start', async () => {
    await using kit = await start()
    const request = { component_id: 'x', component_ref: 'file:///missing.wasm', count: 1 }
    await kit.client.scaleComponent(kit.host.id, request)
    const { data } = await kit.events.next('component_scale_failed')
    expect(data).toMatchObject({ component_id: 'x', image_ref: 'file:///missing.wasm', max_instances: 1 })
    expect(data.error).toBe('Cannot read component "file:///missing.wasm": no such file')
  })

  it('takes limits and instance policy from its request', async () => {
    await using kit = await start()
    await kit.client.scaleComponent(kit.host.id, {
      component_id: 'hello',
      component_ref: 'file:///a.wasm',
      count: 3,
      annotations: { 'washi.dev/instance-policy': 'reuse' },
      component_limits: { max_memory_limit: '1048576', max_execution_time: 'soon' },
    })
    await kit.events.next('component_scaled')
    expect(kit.runtime.pools.get('hello')?.options).toMatchObject({
      instancePolicy: 'reuse',
      limits: { maxInstances: 3, maxMemoryBytes: 1_048_576, deadlineMs: 600_000 },
    })
  })

  it('reads its config as it is now, and refuses to start without one, or with a secret', async () => {
    await using kit = await start()
    const request = { component_id: 'hello', component_ref: 'file:///a.wasm', count: 1 }
    await kit.client.scaleComponent(kit.host.id, { ...request, config: ['one'] })
    const failed = await kit.events.next('component_scale_failed')
    expect(failed.data.error).toBe('Unable to fetch requested config: Config one does not exist')
    await kit.client.putConfig('one', { a: '1', b: '1' })
    await kit.client.putConfig('two', { b: '2' })
    await kit.client.scaleComponent(kit.host.id, { ...request, config: ['one', 'two'] })
    await kit.events.next('component_scaled')
    const config = kit.runtime.pools.get('hello')?.options.config
    expect(config?.()).toEqual({ a: '1', b: '2' })
    await kit.client.putConfig('two', { b: '3' })
    await expect.poll(() => config?.()).toEqual({ a: '1', b: '3' })
    await kit.client.scaleComponent(kit.host.id, { ...request, config: ['SECRET_x'] })
    const refused = await kit.events.next('component_scale_failed', ({ data }) =>
      data.error.includes('SECRET_x'),
    )
    expect(refused.data.error).toContain('Secret reference SECRET_x does not exist')
  })

  it('is updated to other code, and keeps running where that cannot be loaded', async () => {
    await using kit = await start()
    await startHello(kit)
    await kit.events.next('component_scaled')
    const update = (ref: string): Promise<string> =>
      kit.client.updateComponent(kit.host.id, { component_id: 'hello', new_component_ref: ref })
    expect(await update('file:///b.wasm')).toBe(
      'component hello updating from file:///a.wasm to file:///b.wasm',
    )
    await kit.events.next('component_scaled', ({ data }) => data.image_ref === 'file:///b.wasm')
    expect(kit.runtime.pools.get('hello')?.code).toBe('file:///b.wasm')
    expect(await update('file:///b.wasm')).toBe('component hello already updated to file:///b.wasm')
    await update('file:///missing.wasm')
    await kit.events.next('component_scale_failed')
    expect((await kit.client.getInventory(kit.host.id)).components).toMatchObject([
      { image_ref: 'file:///b.wasm' },
    ])
    await expect(
      kit.client.updateComponent(kit.host.id, {
        component_id: 'absent',
        new_component_ref: 'file:///b.wasm',
      }),
    ).rejects.toMatchObject({
      code: 'CONTROL_REFUSED',
      message: 'The host refused: component absent not found',
    })
  })

  it('says what a scale with another reference does, and updates where that is allowed', async () => {
    await using kit = await start()
    await startHello(kit)
    await kit.events.next('component_scaled')
    const request = { component_id: 'hello', component_ref: 'file:///b.wasm', count: 2 }
    expect(await kit.client.scaleComponent(kit.host.id, request)).toContain(
      'the image reference will not be updated',
    )
    await kit.events.next('component_scaled', ({ data }) => data.max_instances === 2)
    expect(kit.host.inventory().components[0]?.image_ref).toBe('file:///a.wasm')
    await kit.client.scaleComponent(kit.host.id, { ...request, allow_update: true })
    await kit.events.next('component_scaled', ({ data }) => data.image_ref === 'file:///b.wasm')
  })

  it('works off requests for one component in their order', async () => {
    await using kit = await start()
    await Promise.all([1, 2, 3, 4, 0, 7].map((wanted) => startHello(kit, wanted)))
    await kit.events.next('component_scaled', ({ data }) => data.max_instances === 7)
    expect(kit.host.inventory().components).toMatchObject([{ max_instances: 7 }])
  })
})

describe('a provider of the host', () => {
  it('starts, tells that it is healthy, and stops', async () => {
    await using kit = await start()
    const request = { provider_id: 'httpserver', provider_ref: reference, annotations: { team: 'x' } }
    expect(await kit.client.startProvider(kit.host.id, request)).toBe('successfully started provider')
    expect((await kit.events.next('provider_started')).data).toEqual({
      ...{
        host_id: kit.host.id,
        image_ref: reference,
        provider_id: 'httpserver',
        annotations: { team: 'x' },
      },
    })
    expect((await kit.events.next('health_check_passed')).data).toEqual({
      host_id: kit.host.id,
      provider_id: 'httpserver',
    })
    await expect(kit.client.startProvider(kit.host.id, request)).rejects.toThrow(
      'provider with that ID is already running',
    )
    expect(await kit.client.stopProvider(kit.host.id, 'httpserver')).toBe('successfully stopped provider')
    expect((await kit.events.next('provider_stopped')).data).toMatchObject({
      reason: 'stop',
      annotations: { team: 'x' },
    })
    await expect(kit.client.stopProvider(kit.host.id, 'httpserver')).rejects.toThrow(
      'provider with that ID is not running',
    )
  })

  it.each([
    ['wasmcloud+builtin://http-server', 'http-server'],
    ['oci://ghcr.io/wasmcloud/http-server:canary', 'ghcr.io/wasmcloud/http-server:canary'],
    ['wasmcloud.azurecr.io/http-server:0.19.1', 'wasmcloud.azurecr.io/http-server:0.19.1'],
  ])('is found by the reference %s and shown as %s', async (ref, shown) => {
    await using kit = await start()
    await kit.client.startProvider(kit.host.id, { provider_id: 'p', provider_ref: ref })
    expect((await kit.events.next('provider_started')).data.image_ref).toBe(shown)
  })

  it('is refused, with the list of those that are embedded, for another reference', async () => {
    await using kit = await start()
    await kit.client.startProvider(kit.host.id, {
      provider_id: 'p',
      provider_ref: 'ghcr.io/acme/http-server:1',
    })
    const { data } = await kit.events.next('provider_start_failed')
    expect(data).toMatchObject({
      provider_id: 'p',
      provider_ref: 'ghcr.io/acme/http-server:1',
      link_name: 'default',
    })
    expect(data.error).toContain('these are ghcr.io/wasmcloud/http-server, with any tag')
    await kit.client.startProvider(kit.host.id, { provider_id: 'p', provider_ref: reference })
    await kit.events.next('provider_started')
  })

  it('may fail to start, and start later under the same id', async () => {
    await using kit = await start()
    kit.provider.startFailure = new Error('no luck')
    await kit.client.startProvider(kit.host.id, { provider_id: 'p', provider_ref: reference })
    expect((await kit.events.next('provider_start_failed')).data.error).toBe('no luck')
    kit.provider.startFailure = undefined
    await kit.client.startProvider(kit.host.id, { provider_id: 'p', provider_ref: reference })
    await kit.events.next('provider_started')
  })

  it('is asked after its health, and changes are told', async () => {
    const clock = new ManualClock()
    await using kit = await start({ clock })
    await kit.client.startProvider(kit.host.id, { provider_id: 'p', provider_ref: reference })
    await kit.events.next('health_check_passed')
    kit.provider.healthy = false
    clock.advance(30_000)
    await kit.events.next('health_check_failed')
    clock.advance(30_000)
    await kit.events.next('health_check_status')
    kit.provider.healthy = true
    clock.advance(30_000)
    await expect.poll(() => kit.events.count('health_check_passed')).toBe(2)
  })

  it('cannot keep the host from stopping', async () => {
    const clock = new ManualClock()
    await using kit = await start({ clock })
    await kit.client.startProvider(kit.host.id, { provider_id: 'p', provider_ref: reference })
    await kit.events.next('health_check_passed')
    kit.provider.stopNeverEnds = true
    const stopped = kit.host.stop()
    await expect.poll(() => kit.provider.calls.includes('stop')).toBe(true)
    clock.advance(10_000)
    await stopped
  })
})

describe('a link of the host', () => {
  const steps: Readonly<Record<string, (kit: HostKit) => Promise<unknown>>> = {
    component: (kit) => startHello(kit),
    provider: (kit) =>
      kit.client.startProvider(kit.host.id, { provider_id: 'httpserver', provider_ref: reference }),
    config: (kit) => kit.client.putConfig('http-conf', { address: '127.0.0.1:0' }),
    link: (kit) => kit.client.putLink(link),
  }

  it.each(permutations(Object.keys(steps)))(
    'is established in the order %s, %s, %s, %s',
    async (...order) => {
      await using kit = await start()
      for (const step of order) {
        // A link is refused before its config exists, as by the real host; then it is put again.
        await steps[step]?.(kit).catch(() => undefined)
      }
      if (order.indexOf('link') < order.indexOf('config')) await kit.client.putLink(link)
      const { data } = await kit.events.next('linkdef_established')
      expect(data).toMatchObject({
        source_id: 'httpserver',
        target: 'hello',
        provider_id: 'httpserver',
        host_id: kit.host.id,
      })
      await kit.events.next('component_scaled')
      await kit.events.next('provider_started')
      expect(kit.provider.calls).toEqual([
        'start',
        'source httpserver>hello/default {"address":"127.0.0.1:0"}',
      ])
      const { providers, components } = await kit.client.getInventory(kit.host.id)
      expect(components).toMatchObject([{ id: 'hello' }])
      expect(providers[0]?.links).toEqual([
        ...[
          {
            source_id: 'httpserver',
            target: 'hello',
            name: 'default',
            wit_namespace: 'wasi',
            wit_package: 'http',
          },
        ].map((identity) => ({ ...identity, state: 'established' })),
      ])
      expect(await kit.client.getLinks()).toEqual([{ name: 'default', target_config: [], ...link }])
    },
  )

  it('reaches the component that runs at the time of each call', async () => {
    await using kit = await linked()
    const target = kit.provider.context?.httpTarget('hello')
    expect(await callHttp(target)).toBe('hello')
    await startHello(kit, 0)
    await kit.events.next('component_scaled', ({ data }) => data.max_instances === 0)
    expect(await callHttp(target)).toMatch(
      /^unavailable: nobody on the lattice answers to wrpc:http\/incoming-handler@0.1.0.handle of "hello"/,
    )
  })

  it('is taken away when it is deleted, and given again when it is put again', async () => {
    await using kit = await linked()
    const key = { source_id: 'httpserver', wit_namespace: 'wasi', wit_package: 'http' }
    expect(await kit.client.deleteLink(key)).toBe('successfully deleted link')
    await expect.poll(() => kit.provider.links.size).toBe(0)
    expect(await kit.client.getLinks()).toEqual([])
    await kit.client.putLink(link)
    await expect.poll(() => kit.provider.links.size).toBe(1)
  })

  it('is confirmed, and not given twice, when it is put again unchanged', async () => {
    await using kit = await linked()
    const calls = kit.provider.calls.length
    await kit.client.putLink(link)
    await expect.poll(() => kit.events.count('linkdef_established')).toBe(2)
    expect(kit.provider.calls).toHaveLength(calls)
  })

  it('is taken and given with new values when its config changes, and keeps them when the config is deleted', async () => {
    await using kit = await linked()
    await kit.client.putConfig('http-conf', { address: '127.0.0.1:1' })
    await expect
      .poll(() => kit.provider.links.get('httpserver>hello/default')?.sourceConfig)
      .toEqual({ address: '127.0.0.1:1' })
    expect(kit.provider.calls.slice(-2)).toEqual([
      'unlink httpserver>hello/default',
      'source httpserver>hello/default {"address":"127.0.0.1:1"}',
    ])
    await kit.client.deleteConfig('http-conf')
    await kit.client.putConfig('http-conf', { address: '127.0.0.1:2' })
    await expect
      .poll(() => kit.provider.links.get('httpserver>hello/default')?.sourceConfig)
      .toEqual({ address: '127.0.0.1:2' })
  })

  it('is not announced again when its config is put again with the same values', async () => {
    await using kit = await linked()
    await kit.client.putConfig('http-conf', { address: '127.0.0.1:0' })
    await kit.client.putConfig('other', {})
    await kit.client.putLink({ ...link, name: 'second', source_config: ['other'] })
    await kit.events.next('linkdef_established', ({ data }) => data.name === 'second')
    expect(kit.events.count('linkdef_established')).toBe(2)
    expect(kit.provider.calls.filter((call) => call.startsWith('unlink'))).toEqual([])
  })

  it('is told as failed with the reason when the provider refuses it, and retried at the next put', async () => {
    await using kit = await start()
    kit.provider.refuses = () => 'Address 127.0.0.1:80 is in use by nginx'
    for (const step of ['config', 'provider', 'link']) await steps[step]?.(kit)
    expect((await kit.events.next('linkdef_set_failed')).data).toMatchObject({
      error: 'Address 127.0.0.1:80 is in use by nginx',
      source_id: 'httpserver',
    })
    expect(kit.host.inventory().providers[0]?.links).toMatchObject([
      { state: 'failed', error: 'Address 127.0.0.1:80 is in use by nginx' },
    ])
    await kit.client.putLink(link)
    await expect.poll(() => kit.events.count('linkdef_set_failed')).toBe(2)
    kit.provider.refuses = () => undefined
    await kit.client.putLink(link)
    await kit.events.next('linkdef_established')
  })

  it('is refused by the provider where it needs a secret', async () => {
    await using kit = await start()
    await steps['provider']?.(kit)
    await kit.client.putConfig('SECRET_x', { name: 'x', backend: 'b', key: 'k', policy: '{}', type: 't' })
    await kit.client.putLink({ ...link, source_config: ['SECRET_x'] })
    const { data } = await kit.events.next('linkdef_set_failed')
    expect(data.error).toContain('No answer from the secrets backend "b"')
  })

  it('is refused where the provider has no use for any of its interfaces', async () => {
    await using kit = await start()
    await steps['provider']?.(kit)
    await kit.client.putLink({ ...link, wit_package: 'keyvalue', interfaces: ['store'], source_config: [] })
    const { data } = await kit.events.next('linkdef_set_failed')
    expect(data.error).toBe('http-server does not call wasi:keyvalue/store, but wasi:http/incoming-handler')
  })

  it('conflicts with another target for a common interface, and not for disjoint ones', async () => {
    await using kit = await linked()
    await expect(kit.client.putLink({ ...link, target: 'other' })).rejects.toThrow(
      'link already exists with different target',
    )
    await kit.client.putLink({ ...link, target: 'other', interfaces: ['outgoing-handler'] })
    expect(await kit.client.getLinks()).toHaveLength(2)
  })

  it('outlives the host: a new one gives it to its provider', async () => {
    const latticeName = `again${(count += 1)}`
    const first = await linked(latticeName)
    await first[Symbol.asyncDispose]()
    await using second = await start({ latticeName })
    expect(await second.client.getLinks()).toHaveLength(1)
    await second.client.startProvider(second.host.id, { provider_id: 'httpserver', provider_ref: reference })
    await second.events.next('linkdef_established')
  })

  it('put through another host reaches the provider here', async () => {
    await using kit = await start()
    const lattice = kit.connection.lattice
    await using other = await start({ latticeName: lattice, providers: [new FakeProvider().definition] })
    await steps['config']?.(kit)
    await steps['provider']?.(kit)
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) await kit.client.putLink({ ...link, name })
    await expect.poll(() => kit.provider.links.size).toBe(6)
    expect(kit.events.count('linkdef_set')).toBe(6)
    expect(other.provider.links.size).toBe(0)
  })

  it('put while many others are put for the same source is not lost', async () => {
    await using kit = await start()
    const links = Array.from({ length: 10 }, (_, index) => ({
      ...link,
      source_config: [],
      name: `n${index}`,
    }))
    await Promise.all(links.map((each) => kit.client.putLink(each)))
    expect((await kit.client.getLinks()).map(({ name }) => name).sort()).toEqual(
      links.map(({ name }) => name).sort(),
    )
  })

  it('arrives after the bus was gone and came back', async () => {
    await using own = await startEmbeddedBus()
    await using kit = await startHostKit({ url: own.url })
    await steps['config']?.(kit)
    await steps['provider']?.(kit)
    await kit.events.next('provider_started')
    await own.stop()
    await own.restart()
    await expect
      .poll(() => kit.client.putLink(link).catch(() => 'not yet'), { timeout: 10_000 })
      .toBe('successfully set link')
    await expect.poll(() => kit.provider.links.size).toBe(1)
    expect(await readConfig(await kit.connection.bucket('CONFIGDATA_default'), 'http-conf')).toBeDefined()
  })

  async function linked(latticeName = `linked${(count += 1)}`): Promise<HostKit> {
    const kit = await start({ latticeName })
    for (const step of ['config', 'link', 'component', 'provider']) await steps[step]?.(kit)
    await kit.events.next('linkdef_established')
    await kit.events.next('component_scaled')
    return kit
  }
})

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]]
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  )
}
