// The control plane as it fills: links put one by one to 10,000 with 1,000 components registered, and 50 hosts that are
// simulated over the protocol. Prints how each figure grows. With --peer the same once more over a real nats-server.
//   npm run bench:control -- [--links 10000] [--hosts 50] [--peer]
import { parseArgs } from 'node:util'
import { silentLogger } from '#washi/core/log.js'
import { startHost } from '#washi/host/start-host.js'
import { connectLattice, type LatticeConnection } from '#washi/lattice/connection.js'
import { ControlClient } from '#washi/lattice/control/client.js'
import { parseLatticeName } from '#washi/lattice/ids.js'
import { getInventories } from '#washi/lattice/operations/get-inventories.js'
import { getLinks } from '#washi/lattice/operations/get-links.js'
import { componentSpecKey } from '#washi/lattice/store/component-spec.js'
import { latticeDataBucket } from '#washi/lattice/store/lattice-store.js'
import { natsImplementations } from '../test/support/nats-implementations.js'
import { startSimulatedHost } from './support/simulated-host.js'

const { values } = parseArgs({
  options: {
    links: { type: 'string', default: '10000' },
    hosts: { type: 'string', default: '50' },
    peer: { type: 'boolean', default: false },
  },
})
const lattice = parseLatticeName('bench')
const components = 1_000
/** Rows of a table, in the order in which they were first measured. */
type Rows = Map<string, string[]>

async function main(): Promise<void> {
  console.log(`Milliseconds, medians; Node ${process.version}`)
  for (const { name, start } of natsImplementations.slice(0, values.peer ? 2 : 1)) {
    await using bus = await start()
    await measureLinks(bus.url, name)
    await measureHosts(bus.url, name)
  }
}

async function measureLinks(url: string, bus: string): Promise<void> {
  await using hostConnection = await connectLattice({ url, lattice, name: 'host' })
  await using host = await startHost({ connection: hostConnection, version: '1.9.0', log: silentLogger })
  await using connection = await connectLattice({ url, lattice, name: 'client' })
  const client = new ControlClient(connection, { timeoutMs: 60_000 })
  await registerComponents(connection)
  const sizes = [100, 1_000, 10_000].filter((size) => size <= Number(values.links))
  const rows: Rows = new Map()
  let stored = 0
  for (const size of sizes) {
    const puts: number[] = []
    for (; stored < size; stored += 1) puts.push(await timed(() => client.putLink(linkNumber(stored))))
    add(rows, 'put a link (ms)', median(puts.slice(-100)))
    add(rows, 'put a link that is there (ms)', await medianOf(50, () => client.putLink(linkNumber(0))))
    add(rows, 'get links (ms)', await medianOf(10, () => client.getLinks()))
    add(
      rows,
      'link query, those of one source (ms)',
      await medianOf(10, () => linksOf(client, 'component-7')),
    )
    add(rows, 'a host joins (ms)', await medianOf(5, () => joinAndLeave(url)))
    add(rows, 'inventory of the host (ms)', await medianOf(20, () => client.getInventory(host.id)))
  }
  print(`links, ${components} components registered, over ${bus}`, sizes, rows)
}

async function measureHosts(url: string, bus: string): Promise<void> {
  await using connection = await connectLattice({ url, lattice, name: 'client' })
  const client = new ControlClient(connection)
  const sizes = [1, 10, 50].filter((size) => size <= Number(values.hosts))
  const rows: Rows = new Map()
  const hosts: AsyncDisposable[] = []
  for (const size of sizes) {
    while (hosts.length < size) {
      const index = hosts.length
      hosts.push(await startSimulatedHost({ url, lattice, index, components: components / 50 }))
    }
    const { length } = await client.pingHosts({ quietMs: 200 })
    if (length !== size) throw new Error(`${length} of ${size} hosts answered`)
    add(rows, 'all have answered a ping (ms)', await medianOf(10, () => client.pingHosts({ expected: size })))
    add(rows, 'get hosts (ms)', await medianOf(5, () => client.pingHosts({ quietMs: 200 })))
    add(rows, 'get inventory of all (ms)', await medianOf(5, () => getInventories(client)))
  }
  for (const host of hosts) await host[Symbol.asyncDispose]()
  print(`hosts with ${components / 50} components each, over ${bus}`, sizes, rows)
}

/** As if each had been started once. */
async function registerComponents(connection: LatticeConnection): Promise<void> {
  const bucket = await connection.bucket(latticeDataBucket(lattice))
  const spec = JSON.stringify({ url: 'ghcr.io/acme/component:1.0.0', links: [] })
  for (let index = 0; index < components; index += 1) {
    await bucket.put(componentSpecKey(`component-${index}`), spec)
  }
}

function linkNumber(index: number) {
  return {
    ...{ source_id: `component-${index % components}`, target: `target-${index}` },
    ...{ name: `link-${Math.floor(index / components)}`, wit_namespace: 'wasi', wit_package: 'keyvalue' },
    interfaces: ['store', 'atomics'],
  }
}

async function linksOf(client: ControlClient, source: string): Promise<number> {
  return (await getLinks(client)).filter(({ source_id }) => source_id === source).length
}

async function joinAndLeave(url: string): Promise<void> {
  await using connection = await connectLattice({ url, lattice, name: 'joining' })
  await using _host = await startHost({ connection, version: '1.9.0', log: silentLogger })
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await action()
  return performance.now() - begin
}

async function medianOf(rounds: number, action: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < rounds; round += 1) times.push(await timed(action))
  return median(times)
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}

function add(rows: Rows, name: string, ms: number): void {
  rows.set(name, [...(rows.get(name) ?? []), ms.toFixed(1)])
}

function print(title: string, sizes: readonly number[], rows: Rows): void {
  console.log(`\n| ${title} | ${sizes.join(' | ')} | growth |\n|---|${'---:|'.repeat(sizes.length + 1)}`)
  for (const [name, cells] of rows) {
    const growth = Number(cells.at(-1)) / Number(cells[0])
    console.log(`| ${name} | ${cells.join(' | ')} | ${growth.toFixed(1)} |`)
  }
}

await main()
