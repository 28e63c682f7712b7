import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ApplicationsClient } from '#washi/apps/api/applications-client.js'
import { startApplicationManager } from '#washi/apps/start-application-manager.js'
import { silentLogger } from '#washi/core/log.js'
import { connectLattice } from '#washi/lattice/connection.js'
import type { LatticeConnection } from '#washi/lattice/connection.js'
import { ControlClient } from '#washi/lattice/control/client.js'
import { parseLatticeName } from '#washi/lattice/ids.js'
import { helloManifest } from '../support/app-kit.js'
import { startEmbeddedBus } from '../support/embedded-bus.js'
import type { EmbeddedBus } from '../support/embedded-bus.js'
import { EventLog, startHostKit } from '../support/host-kit.js'
import type { HostKit } from '../support/host-kit.js'
import { seededRandom } from '../support/random.js'

/** How often the manager is killed, and how many sequences run; the whole run takes 100 and 50. */
const kills = Number(process.env['WASHI_TEST_MANAGER_KILLS'] ?? 6)
const sequences = Number(process.env['WASHI_TEST_REAL_SEQUENCES'] ?? 3)

let bus: EmbeddedBus
beforeAll(async () => {
  bus = await startEmbeddedBus()
})
afterAll(() => bus[Symbol.asyncDispose]())

describe('a manager on a real lattice', () => {
  it(
    `starts nothing twice and ends at the same, killed at ${kills} random points`,
    async () => {
      await using world = await World.start('kills', 1)
      for (let round = 0; round < kills; round += 1) {
        const version = `v${round}`
        const address = `127.0.0.1:${9_000 + round}`
        const image = `file:///hello${round % 3}.wasm`
        await world.client.put(
          helloManifest({ name: 'one', version, address, image, instances: 1 + (round % 4) }),
        )
        const { revision = 0 } = await world.client.deploy('one')
        await world.events.afterMore(world.below(24))
        await world.killManager()
        await world.reaches('one', revision)
        expect(await world.addresses()).toEqual([address])
      }
      expect(world.startedTwice()).toEqual([])
    },
    kills * 20_000,
  )

  it(
    `comes to what is deployed in each of ${sequences} random sequences`,
    async () => {
      for (let seed = 1; seed <= sequences; seed += 1) {
        await using world = await World.start(`sequence${seed}`, seed)
        for (let step = 0; step < 12; step += 1) await world.happen()
        await world.settles()
      }
    },
    sequences * 60_000,
  )
})

const names = ['one', 'two', 'three'] as const

/** Hosts, a manager and a client in a lattice of their own. */
class World implements AsyncDisposable {
  readonly latticeName: string
  readonly #random: () => number
  readonly connection: LatticeConnection
  readonly client: ApplicationsClient
  readonly control: ControlClient
  readonly events: CountingLog
  readonly hosts: HostKit[] = []
  readonly wanted = new Map<string, string>()
  readonly #revisions = new Map<string, number>()
  #manager: LatticeConnection | undefined
  #versions = 0

  private constructor(latticeName: string, seed: number, connection: LatticeConnection) {
    this.latticeName = latticeName
    this.#random = seededRandom(seed)
    this.connection = connection
    this.client = new ApplicationsClient(connection, { timeoutMs: 20_000 })
    this.control = new ControlClient(connection, { timeoutMs: 20_000 })
    this.events = new CountingLog(connection)
  }

  static async start(latticeName: string, seed: number): Promise<World> {
    const lattice = parseLatticeName(latticeName)
    const connection = await connectLattice({ url: bus.url, lattice, name: 'client' })
    const world = new World(latticeName, seed, connection)
    await connection.flush()
    await world.addHost()
    await world.startManager()
    return world
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit)
  }

  async addHost(): Promise<void> {
    this.hosts.push(await startHostKit({ url: bus.url, latticeName: this.latticeName }))
  }

  async startManager(): Promise<void> {
    const lattice = parseLatticeName(this.latticeName)
    this.#manager = await connectLattice({ url: bus.url, lattice, name: 'manager' })
    await startApplicationManager({ connection: this.#manager, log: silentLogger, random: () => 0.5 })
  }

  /** Its connection is gone in the middle of its work, with the lease still in its hands. */
  async killManager(): Promise<void> {
    await this.#manager?.close()
    await this.startManager()
  }

  async happen(): Promise<void> {
    const name = names[this.below(3)] ?? 'one'
    const host = this.hosts[this.below(this.hosts.length)]
    switch (this.below(8)) {
      case 0:
      case 1:
      case 2:
        return await this.#deploy(name)
      case 3:
        if (!this.wanted.delete(name)) return
        this.#revisions.set(name, (await this.client.undeploy(name)).revision ?? 0)
        return
      case 4:
        if (this.hosts.length < 3) return await this.addHost()
        return await this.hosts.shift()?.[Symbol.asyncDispose]()
      case 5:
        return await this.killManager()
      case 6: {
        const [component] = host ? (await this.control.getInventory(host.host.id)).components : []
        if (host && component)
          await this.control.scaleComponent(host.host.id, {
            component_id: component.id,
            component_ref: component.image_ref,
            count: 0,
          })
        return
      }
      default: {
        const [link] = await this.control.getLinks()
        if (!link) return
        const { source_id, name, wit_namespace, wit_package } = link
        await this.control.deleteLink({ source_id, name, wit_namespace, wit_package })
      }
    }
  }

  async #deploy(name: string): Promise<void> {
    this.#versions += 1
    const address = `127.0.0.1:${10_000 + this.#versions}`
    const version = `v${this.#versions}`
    await this.client.put(helloManifest({ name, version, address, instances: 1 + this.below(4) }))
    this.#revisions.set(name, (await this.client.deploy(name)).revision ?? 0)
    this.wanted.set(name, address)
  }

  async reaches(name: string, revision: number): Promise<void> {
    const signal = AbortSignal.timeout(60_000)
    let last: unknown
    for await (const status of this.client.watchStatus(name, { signal })) {
      last = status
      if (status.status.type === 'deployed' && (status.revision ?? 0) >= revision) return
    }
    throw new Error(`not reached; the last status was ${JSON.stringify(last)}`)
  }

  async settles(): Promise<void> {
    for (const name of this.wanted.keys()) await this.reaches(name, this.#revisions.get(name) ?? 0)
    const size = this.wanted.size
    const wanted = {
      addresses: [...this.wanted.values()].sort(),
      links: size,
      components: size,
      providers: size,
    }
    // What was undeployed last may still be going.
    for (let tries = 0; tries < 200; tries += 1) {
      if (isDeepStrictEqual(await this.state(), wanted)) break
      await this.events.afterMore(1)
    }
    expect(await this.state()).toEqual(wanted)
    expect(this.startedTwice()).toEqual([])
  }

  /** What there is on the lattice. */
  async state() {
    const links = await this.control.getLinks()
    const inventories = await Promise.all(this.hosts.map(({ host }) => this.control.getInventory(host.id)))
    return {
      addresses: await this.addresses(),
      links: links.length,
      components: inventories.flatMap(({ components }) => components).length,
      providers: inventories.flatMap(({ providers }) => providers).length,
    }
  }

  /** The addresses that the providers of all hosts have been given, sorted. */
  async addresses(): Promise<readonly string[]> {
    await this.connection.flush()
    const links = this.hosts.flatMap(({ provider }) => [...provider.links.values()])
    return links.map(({ sourceConfig }) => sourceConfig['address'] ?? '').sort()
  }

  /** Providers that were started on a host on which they ran already. */
  startedTwice(): readonly string[] {
    const running = new Set<string>()
    return this.events.log.all.flatMap((event) => {
      if (event.kind === 'host_stopped') {
        for (const key of running) if (key.startsWith(event.source)) running.delete(key)
      }
      if (event.kind !== 'provider_started' && event.kind !== 'provider_stopped') return []
      const key = `${event.source} ${event.data.provider_id}`
      if (event.kind === 'provider_stopped') running.delete(key)
      else if (running.has(key)) return [key]
      else running.add(key)
      return []
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#manager?.close()
    for (const host of this.hosts) await host[Symbol.asyncDispose]()
    this.events.log.end()
    await this.connection.close()
  }
}

/** The events of a lattice, with a way to wait for so many more. */
class CountingLog {
  readonly log: EventLog

  constructor(connection: LatticeConnection) {
    this.log = new EventLog(connection)
  }

  /** Resolves after `count` more events, or once there have been none for a while. */
  async afterMore(count: number): Promise<void> {
    const until = this.log.all.length + count
    const quiet = AbortSignal.timeout(400)
    while (this.log.all.length < until && !quiet.aborted)
      await new Promise((resolve) => setImmediate(resolve))
  }
}
