import { createLogger } from '#washi/core/log.js'
import type { LogRecord } from '#washi/core/log.js'
import type { Host } from '#washi/host/host.js'
import type { HttpTarget } from '#washi/host/http-exchange.js'
import type { ProviderDefinition } from '#washi/host/provider.js'
import { startHost } from '#washi/host/start-host.js'
import { connectLattice } from '#washi/lattice/connection.js'
import type { LatticeConnection } from '#washi/lattice/connection.js'
import { ControlClient } from '#washi/lattice/control/client.js'
import { parseLatticeName } from '#washi/lattice/ids.js'
import { keyValueMemory } from '#washi/providers/keyvalue-memory/index.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { helloManifest, startAppKit } from '../support/app-kit.js'
import { callHttp } from '../support/call-http.js'
import { startEmbeddedBus } from '../support/embedded-bus.js'
import type { EmbeddedBus } from '../support/embedded-bus.js'
import { EventLog } from '../support/host-kit.js'
import { startHostProcess } from '../support/host-process.js'
import { createManualClock } from '../support/manual-clock.js'
import { guestFile } from '../support/washi-lattice.js'

let bus: EmbeddedBus
beforeAll(async () => {
  bus = await startEmbeddedBus()
})
afterAll(() => bus[Symbol.asyncDispose]())

/** A host in this process, with what its guests wrote. */
interface Member extends AsyncDisposable {
  readonly host: Host
  readonly connection: LatticeConnection
  readonly guestLines: readonly LogRecord[]
  /** Whoever answers HTTP for that id, found as a provider of this host finds it. */
  readonly target: (id: string) => HttpTarget
}

async function join(latticeName: string): Promise<Member> {
  const lattice = parseLatticeName(latticeName)
  const connection = await connectLattice({ url: bus.url, lattice, name: 'member' })
  const guestLines: LogRecord[] = []
  const write = (record: LogRecord): void => {
    if (JSON.stringify(record).includes('/incr/')) guestLines.push(record)
  }
  const log = createLogger({ level: 'debug', now: Date.now, write })
  let target: Member['target'] | undefined
  const caller = callingProvider((httpTarget) => {
    target = httpTarget
  })
  const host = await startHost({ connection, log, version: '1.9.0', providers: [keyValueMemory, caller] })
  return {
    ...{ host, connection, guestLines },
    target: (id) => {
      if (!target) throw new Error('the calling provider has not started')
      return target(id)
    },
    async [Symbol.asyncDispose]() {
      await host.stop()
      await connection.close()
    },
  }
}

/** A provider that lends its way of calling. */
function callingProvider(onCreate: (target: Member['target']) => void): ProviderDefinition {
  const nothing = (): Promise<void> => Promise.resolve()
  return {
    ...{ name: 'caller', calls: [], serves: [] },
    create(context) {
      onCreate((id) => context.httpTarget(id))
      const links = { linkAsSource: nothing, linkAsTarget: nothing, unlink: nothing }
      return { start: nothing, ...links, health: () => Promise.resolve({ healthy: true }), stop: nothing }
    },
  }
}

const storeKey = { source_id: 'counter', name: 'default', wit_namespace: 'wasi', wit_package: 'keyvalue' }
const storeLink = { ...storeKey, target: 'kv', interfaces: ['store', 'atomics', 'batch'] }

/** Starts the same component, and the same provider, on each of the members. */
async function startEverywhere(members: readonly Member[], events: EventLog): Promise<void> {
  for (const { host, connection } of members) {
    const client = new ControlClient(connection)
    const component_ref = `file://${guestFile('kv-counter')}`
    await client.scaleComponent(host.id, { component_id: 'counter', component_ref, count: 4 })
    await client.startProvider(host.id, {
      ...{ provider_id: 'kv', provider_ref: 'wasmcloud+builtin://keyvalue-memory' },
    })
    await events.next('component_scaled', ({ data }) => data.host_id === host.id)
    await events.next('provider_started', ({ data }) => data.host_id === host.id && data.provider_id === 'kv')
  }
}

async function startCaller(
  { host, connection }: Pick<Member, 'host' | 'connection'>,
  events: EventLog,
): Promise<void> {
  const client = new ControlClient(connection)
  await client.startProvider(host.id, { provider_id: 'caller', provider_ref: 'wasmcloud+builtin://caller' })
  await events.next(
    'provider_started',
    ({ data }) => data.provider_id === 'caller' && data.host_id === host.id,
  )
}

describe('two hosts on one bus', () => {
  it('share the requests for a component and a provider that run on both, and execute each once', async () => {
    await using one = await join('shared')
    await using two = await join('shared')
    await using third = await join('shared')
    const events = new EventLog(third.connection)
    await startEverywhere([one, two], events)
    await startCaller(third, events)
    await new ControlClient(one.connection).putLink(storeLink)
    for (const _host of [one, two]) await events.next('linkdef_established')
    await expect.poll(() => established(events)).toBe(2)

    const counter = third.target('counter')
    const requests = Array.from({ length: 200 }, () => callHttp(counter, '/incr/n'))
    for (const answer of await Promise.all(requests)) expect(answer).toMatch(/^\d+\n$/)

    const [ofOne, ofTwo] = [one.guestLines.length, two.guestLines.length]
    expect(ofOne + ofTwo).toBe(200)
    expect(ofOne).toBeGreaterThan(0)
    expect(ofTwo).toBeGreaterThan(0)
    // Each host's component calls the provider on its own host.
    const counts = await Promise.all([one, two].map(countOf))
    expect(counts).toEqual([ofOne, ofTwo].map((count) => `${count}`))
    events.end()
  })

  it('do what concerns the whole lattice once', async () => {
    await using one = await join('once')
    await using two = await join('once')
    const events = new EventLog(two.connection)
    const client = new ControlClient(one.connection)
    for (let index = 0; index < 20; index += 1) {
      await client.putConfig(`c${index}`, { index: `${index}` })
      await client.putLink({ ...storeLink, source_id: `s${index}`, target_config: [`c${index}`] })
      await client.deleteLink({ ...storeKey, source_id: `s${index}` })
      await client.deleteConfig(`c${index}`)
    }
    // What the hosts said before they answered a ping has arrived.
    expect(await client.pingHosts({ expected: 2 })).toHaveLength(2)
    await events.next('config_deleted', ({ data }) => data.config_name === 'c19')
    await two.connection.flush()
    const kinds = ['config_set', 'linkdef_set', 'linkdef_deleted', 'config_deleted'] as const
    expect(kinds.map((kind) => events.count(kind))).toEqual([20, 20, 20, 20])
    events.end()
  })

  it('see the links that the other was asked to put and to delete', async () => {
    await using one = await join('seen')
    await using two = await join('seen')
    await using party = await connectLattice({ url: bus.url, lattice: parseLatticeName('seen'), name: 'x' })
    const client = new ControlClient(party)
    for (let index = 0; index < 10; index += 1) await client.putLink({ ...storeLink, source_id: `s${index}` })
    await client.deleteLink({ ...storeKey, source_id: 's3' })
    const sources = async (): Promise<readonly string[]> =>
      (await client.getLinks()).map(({ source_id }) => source_id)
    // Either of the two may answer; both come to the same.
    for (let round = 0; round < 10; round += 1) {
      await expect.poll(sources).toEqual(['s0', 's1', 's2', 's4', 's5', 's6', 's7', 's8', 's9'])
    }
    expect(one.host.id).not.toBe(two.host.id)
  })
})

describe('two hosts on one bus, one of them killed', () => {
  it('leave the other, which answers every request from then on', async () => {
    await using stays = await join('killed')
    await using dies = await startHostProcess({ url: bus.url, lattice: 'killed' })
    const events = new EventLog(stays.connection)
    const client = new ControlClient(stays.connection)
    await client.putLink(storeLink)
    await startCaller(stays, events)
    for (const id of [stays.host.id, dies.id]) {
      const component_ref = `file://${guestFile('kv-counter')}`
      await client.scaleComponent(id, { component_id: 'counter', component_ref, count: 4 })
      await events.next('component_scaled', ({ data }) => data.host_id === id)
      await client.startProvider(id, {
        ...{ provider_id: 'kv', provider_ref: 'wasmcloud+builtin://keyvalue-memory' },
      })
    }
    await expect.poll(() => established(events)).toBe(2)
    expect(await client.pingHosts({ expected: 2 })).toHaveLength(2)

    await dies.kill()
    // The bus knows at once that the connection is gone; so does everybody who asks.
    await expect
      .poll(() => client.pingHosts({ quietMs: 50 }))
      .toEqual([expect.objectContaining({ id: stays.host.id })])
    await expect(client.getInventory(dies.id)).rejects.toMatchObject({ code: 'HOST_NOT_FOUND' })
    const requests = Array.from({ length: 50 }, () => callHttp(stays.target('counter'), '/incr/n'))
    for (const answer of await Promise.all(requests)) expect(answer).toMatch(/^\d+\n$/)
    events.end()
  })

  it('are one host to the application manager after its next look, which moves what ran there', async () => {
    const clock = createManualClock()
    const lattice = 'moved'
    await using stays = await startHostProcess({ url: bus.url, lattice, labels: { zone: 'stays' } })
    await using apps = await startAppKit({ url: bus.url, latticeName: lattice, clock })
    const client = new ControlClient(apps.connection)
    const image = `file://${guestFile('http-hello')}`
    await using dies = await startHostProcess({ url: bus.url, lattice, labels: { zone: 'dies' } })
    const spread = `
            spread:
              - name: dies
                weight: 100
                requirements:
                  zone: dies`
    await apps.client.put(helloManifest({ image, address: '127.0.0.1:0', spread }))
    await apps.client.deploy('hello')
    await apps.reaches('hello', 'deployed')
    expect((await client.getInventory(dies.id)).components).toHaveLength(1)

    await dies.kill()
    let isNoticed = false
    const noticed = apps.reaches('hello', 'failed').then(() => (isNoticed = true))
    // As long as the protocol gives a silent host; how often the manager looks before that is its own affair.
    for (let seconds = 0; !isNoticed && seconds <= 100; seconds += 10) {
      clock.advance(10_000)
      await client.pingHosts({ quietMs: 50 })
    }
    await noticed
    expect((await client.pingHosts({ quietMs: 50 })).map(({ id }) => id)).toEqual([stays.id])
    await using _again = await startHostProcess({ url: bus.url, lattice, labels: { zone: 'dies' } })
    await apps.reaches('hello', 'deployed')
  })
})

/** How many hosts have their link. */
function established(events: EventLog): number {
  const hosts = events.all.flatMap((event) =>
    event.kind === 'linkdef_established' ? [event.data.host_id] : [],
  )
  return new Set(hosts).size
}

/** What the counter of one host says: its component prefers the provider beside it. */
async function countOf({ host, connection, target }: Member): Promise<string> {
  const events = new EventLog(connection)
  await startCaller({ host, connection }, events)
  events.end()
  return (await callHttp(target('counter'), '/get/n')).trim()
}
