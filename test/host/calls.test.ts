import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { engineRuntime } from '#washi/host/components/engine-runtime.js'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { callHttp } from '../support/call-http.js'
import { startHostKit, type HostKit } from '../support/host-kit.js'
import { makeTempFolder } from '../support/temp-folder.js'
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
    component_ref: guest.startsWith('file:') ? guest : component(guest),
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

/** Clients that send the next request once the last was answered. */
class RequestLoop {
  readonly #answers = new Set<string>()
  readonly #loops: readonly Promise<void>[]
  #isOver = false
  #waiting: { readonly pattern: RegExp; readonly resolve: () => void }[] = []

  constructor(request: () => Promise<string>) {
    this.#loops = Array.from({ length: 8 }, () => this.#run(request))
  }

  /** Resolves at the next answer of that kind. */
  until(pattern: RegExp): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ pattern, resolve }))
  }

  /** Ends the load: each different answer that there was. */
  async end(): Promise<ReadonlySet<string>> {
    this.#isOver = true
    await Promise.all(this.#loops)
    return this.#answers
  }

  async #run(request: () => Promise<string>): Promise<void> {
    while (!this.#isOver) {
      const answer = await request()
      this.#answers.add(answer)
      for (const { pattern, resolve } of this.#waiting) if (pattern.test(answer)) resolve()
      this.#waiting = this.#waiting.filter(({ pattern }) => !pattern.test(answer))
      // Refusals come at once: without a pause of the loop nothing else would.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
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

  it('tell that the target exports another interface', async () => {
    await one.client.putLink({ ...pingLink, target: 'echo-types' })
    await scale(one, 'ping')
    await scale(one, 'echo-types')
    expect(await callHttp(await httpTargetOf(one, 'ping'))).toContain(
      'Component "echo-types" has no function test:pingpong/pingpong@0.1.0.ping that can be called over a link: it exports test:types/echo@0.1.0.echo-bool',
    )
  })

  it('name both versions where the target exports another one', async () => {
    await using folder = await makeTempFolder()
    const newer = join(folder.path, 'pong.wasm')
    const pong = await readFile(fileURLToPath(component('pong')), 'latin1')
    await writeFile(newer, pong.replaceAll('pingpong@0.1.0', 'pingpong@0.2.0'), 'latin1')
    await one.client.putLink(pingLink)
    await scale(one, 'ping')
    await scale(one, 'pong', `file://${newer}`)
    const target = await httpTargetOf(one, 'ping')
    expect(await callHttp(target)).toContain(
      'Component "pong" exports test:pingpong/pingpong@0.2.0, but test:pingpong/pingpong@0.1.0 is called: ',
    )
    await scale(two, 'pong', `file://${newer}`)
    await scale(one, 'pong', `file://${newer}`, 0)
    expect(await callHttp(target)).toContain(
      'nobody on the lattice answers to test:pingpong/pingpong@0.1.0.ping of "pong": it does not run, or exports no such function in that version (called by "ping" over link "default"); run "washi get inventory"',
    )
  })

  it('fail for the want of a link alone while it is deleted under load, and answer from its next target', async () => {
    await one.client.putLink(pingLink)
    await scale(one, 'ping')
    await scale(one, 'pong')
    await scale(two, 'pong-2', 'pong')
    const target = await httpTargetOf(one, 'ping')
    const load = new RequestLoop(() => callHttp(target))
    await load.until(/^ping pong/)
    const { source_id, name, wit_namespace, wit_package } = pingLink
    await one.client.deleteLink({ source_id, name, wit_namespace, wit_package })
    await load.until(/has no link for test:pingpong/)
    await one.client.putLink({ ...pingLink, target: 'pong-2' })
    await load.until(/^ping pong/)
    await scale(one, 'pong', 'pong', 0)
    expect(await callHttp(target)).toBe('ping pong\n')
    for (const answer of await load.end()) {
      expect(answer).toMatch(/^ping pong\n$|^no-link: .*run "washi link put ping <target> test pingpong/)
    }
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
