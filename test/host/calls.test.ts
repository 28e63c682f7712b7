import { fileURLToPath } from 'node:url'
import { engineRuntime } from '#washi/host/components/engine-runtime.js'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { callHttp } from '../support/call-http.js'
import { startHostKit, type HostKit } from '../support/host-kit.js'
import { natsImplementations, type NatsUnderTest } from '../support/nats-implementations.js'

const component = (name: string): string =>
  `file://${fileURLToPath(new URL(`../fixtures/components/${name}.wasm`, import.meta.url))}`

const pingLink = {
  source_id: 'ping',
  target: 'pong',
  name: 'default',
  wit_namespace: 'test',
  wit_package: 'pingpong',
  interfaces: ['pingpong'],
}

/** Starts (or with 0 stops) a component and waits until that is done. */
async function scale(kit: HostKit, id: string, guest = id, count = 4): Promise<void> {
  const from = kit.events.all.length
  await kit.client.scaleComponent(kit.host.id, {
    component_id: id,
    component_ref: component(guest),
    count,
  })
  const isDone = ({ data }: { data: { component_id: string; host_id: string } }): boolean =>
    data.component_id === id && data.host_id === kit.host.id
  const failed = kit.events.next('component_scale_failed', isDone, from).then(({ data }) => {
    throw new Error(data.error)
  })
  await Promise.race([kit.events.next('component_scaled', isDone, from), failed])
}

async function httpTargetOf(kit: HostKit, id: string) {
  await kit.client.startProvider(kit.host.id, {
    provider_id: `p-${kit.host.id}`,
    provider_ref: 'wasmcloud+builtin://http-server',
  })
  await kit.events.next('provider_started', ({ data }) => data.host_id === kit.host.id)
  return kit.provider.context?.httpTarget(id)
}

/** Every order of the items. */
function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 2) return [items]
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  )
}

describe.each(natsImplementations)('components that call each other over $name', ({ start }) => {
  let bus: NatsUnderTest
  let one: HostKit
  let two: HostKit
  beforeAll(async () => void (bus = await start()))
  afterAll(() => bus[Symbol.asyncDispose]())
  let lattice = 0
  beforeEach(async () => {
    lattice += 1
    const options = { url: bus.url, runtime: engineRuntime, latticeName: `calls-${lattice}` }
    one = await startHostKit(options)
    two = await startHostKit(options)
  })
  afterEach(async () => {
    await one[Symbol.asyncDispose]()
    await two[Symbol.asyncDispose]()
  })

  it.each(permutations(['ping', 'pong', 'link'] as const))(
    'answer on one host, whatever the order: %s, %s, %s',
    async (...steps) => {
      for (const step of steps) {
        if (step === 'link') await one.client.putLink(pingLink)
        else await scale(one, step)
      }
      expect(await callHttp(await httpTargetOf(one, 'ping'))).toBe('ping pong\n')
    },
  )

  it('answer across two hosts, and requests find a component on the other host', async () => {
    await one.client.putLink(pingLink)
    await scale(one, 'ping')
    await scale(two, 'pong')
    expect(await callHttp(await httpTargetOf(one, 'ping'))).toBe('ping pong\n')
    expect(await callHttp(await httpTargetOf(two, 'ping'), { path: '/many/50' })).toBe(
      '50 of 50 calls answered pong\n',
    )
  })

  it('carry every type between two hosts', async () => {
    await one.client.putLink({
      ...{ source_id: 'types-caller', target: 'echo-types', name: 'default' },
      ...{ wit_namespace: 'test', wit_package: 'types', interfaces: ['echo'] },
    })
    await scale(one, 'types-caller')
    await scale(two, 'echo-types')
    expect(await callHttp(await httpTargetOf(one, 'types-caller'))).toBe('146 ok, 0 failed\n')
  })

  it('follow their links at the next call: deleted, under another name, to another target', async () => {
    await one.client.putLink(pingLink)
    await scale(one, 'ping')
    await scale(one, 'pong')
    const target = await httpTargetOf(one, 'ping')
    expect(await callHttp(target)).toBe('ping pong\n')
    const { source_id, name, wit_namespace, wit_package } = pingLink
    await one.client.deleteLink({ source_id, name, wit_namespace, wit_package })
    expect(await callHttp(target)).toMatch(
      /^no-link: .*component "ping" has no link for test:pingpong\/pingpong; run "washi link put ping <target> test pingpong --interface pingpong"$/,
    )
    await one.client.putLink({ ...pingLink, name: 'other' })
    expect(await callHttp(target)).toContain('its links for it: "other"')
    await one.client.putLink({ ...pingLink, target: 'nobody' })
    expect(await callHttp(target)).toMatch(/^unavailable: .*nobody on the lattice answers to .*"nobody"/)
    await one.client.deleteLink({ source_id, name, wit_namespace, wit_package })
    await one.client.putLink({ ...pingLink, target: 'pong-2' })
    await scale(two, 'pong-2', 'pong')
    expect(await callHttp(target)).toBe('ping pong\n')
  })

  it('tell that the target exports another version', async () => {
    await one.client.putLink({ ...pingLink, target: 'echo-types' })
    await scale(one, 'ping')
    await scale(one, 'echo-types')
    expect(await callHttp(await httpTargetOf(one, 'ping'))).toContain(
      'Component "echo-types" has no function test:pingpong/pingpong@0.1.0.ping that can be called over a link: it exports test:types/echo@0.1.0.echo-bool',
    )
  })

  it('stream bodies both ways between hosts', async () => {
    await scale(two, 'http-hello')
    const target = await httpTargetOf(one, 'http-hello')
    const body = 'x'.repeat(300_000)
    expect(await callHttp(target, { method: 'POST', path: '/echo', body })).toBe(body)
    expect(await callHttp(target, { path: '/big/1000000' })).toHaveLength(1_000_000)
    expect(await callHttp(target, { path: '/status/404' })).toContain('404')
  })
})
