// Calls over links: local (in the caller's thread, and over messages), remote (embedded bus, nats-server), with few and
// many links; memory and time of many components. Prints medians; what a call costs beyond the callee's own time is the
// difference to an empty loop, which for these callees is below a microsecond.
//   npm run bench:call -- [--rounds 40] [--links 10000] [--components 200]
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { silentLogger } from '#washi/core/log.js'
import type { Host } from '#washi/host/host.js'
import type { HttpTarget } from '#washi/host/http-exchange.js'
import type { ProviderDefinition } from '#washi/host/provider.js'
import { startHost } from '#washi/host/start-host.js'
import { connectLattice, type LatticeConnection } from '#washi/lattice/connection.js'
import { ControlClient } from '#washi/lattice/control/client.js'
import { subscribeEvents } from '#washi/lattice/events/subscribe-events.js'
import { parseLatticeName } from '#washi/lattice/ids.js'
import { callHttp } from '../test/support/call-http.js'
import { natsImplementations } from '../test/support/nats-implementations.js'
import { root } from './support/peers.js'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '40' },
    links: { type: 'string', default: '10000' },
    components: { type: 'string', default: '200' },
  },
})
const callsPerRound = 100
const lattice = parseLatticeName('bench')

interface Party extends AsyncDisposable {
  readonly host: Host
  readonly connection: LatticeConnection
  readonly control: ControlClient
  readonly target: (id: string) => HttpTarget
}

async function main(): Promise<void> {
  console.log(
    `One call of ping -> pong in µs: medians of ${values.rounds} rounds of ${callsPerRound} calls, Node ${process.version}\n`,
  )
  console.log('| from, to | p50 | p90 | worst round |\n|---|---:|---:|---:|')
  for (const { name, start } of natsImplementations) {
    await using bus = await start()
    if (name.includes('embedded')) await measureLocal(bus.url)
    await measureRemote(bus.url, name)
  }
  await measureMany()
}

async function measureLocal(url: string): Promise<void> {
  for (const colocation of [true, false]) {
    await using one = await startParty(url, colocation)
    await prepare(one, one)
    const where = colocation ? "local, in the caller's thread" : 'local, over messages'
    await printCalls(where, one)
    if (!colocation) continue
    const many = Number(values.links)
    await putLinks(one, many)
    await printCalls(`${where}, ${many} links`, one)
  }
}

async function measureRemote(url: string, bus: string): Promise<void> {
  await using one = await startParty(url, true)
  await using two = await startParty(url, true)
  await prepare(one, two)
  await printCalls(`remote, over ${bus}`, one)
}

/** A host that runs in this process; several may share a bus. */
async function startParty(url: string, colocation: boolean): Promise<Party> {
  const connection = await connectLattice({ url, lattice, name: 'bench' })
  let httpTarget: ((id: string) => HttpTarget) | undefined
  const definition: ProviderDefinition = {
    name: 'bench',
    calls: [],
    serves: [],
    create(context) {
      httpTarget = (id) => context.httpTarget(id)
      const nothing = (): Promise<void> => Promise.resolve()
      const links = { linkAsSource: nothing, linkAsTarget: nothing, unlink: nothing }
      return { start: nothing, ...links, health: () => Promise.resolve({ healthy: true }), stop: nothing }
    },
  }
  const host = await startHost({
    ...{ connection, colocation, version: '0.1.0', log: silentLogger, providers: [definition] },
  })
  const control = new ControlClient(connection, { timeoutMs: 60_000 })
  const started = untilEvent(connection, 'provider_started', host.id)
  await control.startProvider(host.id, {
    provider_id: `bench-${host.id}`,
    provider_ref: 'wasmcloud+builtin://bench',
  })
  await started
  return {
    ...{ host, connection, control },
    target: (id) => {
      if (!httpTarget) throw new Error('the provider did not start')
      return httpTarget(id)
    },
    async [Symbol.asyncDispose]() {
      await host.stop()
      await connection.close()
    },
  }
}

async function prepare(caller: Party, callee: Party): Promise<void> {
  await caller.control.putLink({
    ...{ source_id: 'ping', target: 'pong', name: 'default' },
    ...{ wit_namespace: 'test', wit_package: 'pingpong', interfaces: ['pingpong'] },
  })
  await startComponent(caller, 'ping', 'ping')
  await startComponent(callee, 'pong', 'pong')
}

async function startComponent(
  { host, connection, control }: Party,
  id: string,
  guest: string,
): Promise<void> {
  const scaled = untilEvent(connection, 'component_scaled', host.id, id)
  await control.scaleComponent(host.id, {
    component_id: id,
    component_ref: `file://${join(root, 'test/fixtures/components', `${guest}.wasm`)}`,
    count: 16,
  })
  await scaled
}

async function untilEvent(
  connection: LatticeConnection,
  kind: 'component_scaled' | 'provider_started',
  hostId: string,
  componentId?: string,
): Promise<void> {
  const done = new AbortController()
  for await (const event of subscribeEvents(connection, { signal: done.signal })) {
    if (event.kind !== kind || event.data.host_id !== hostId) continue
    if (
      componentId !== undefined &&
      'component_id' in event.data &&
      event.data.component_id !== componentId
    ) {
      continue
    }
    done.abort()
    return
  }
}

async function putLinks({ control }: Party, count: number): Promise<void> {
  const interfaces = Array.from({ length: 10 }, (_, index) => `i${index}`)
  for (let index = 0; index < count; index += 1) {
    await control.putLink({
      ...{ source_id: `source-${index % 100}`, target: `target-${index}`, name: `n${index}` },
      ...{ wit_namespace: 'acme', wit_package: 'bench', interfaces },
    })
  }
}

async function printCalls(where: string, { target }: Party): Promise<void> {
  const path = `/many/${callsPerRound}`
  const ping = target('ping')
  await callHttp(ping, path)
  const micros: number[] = []
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const begin = performance.now()
    const answer = await callHttp(ping, path)
    micros.push(((performance.now() - begin) * 1000) / callsPerRound)
    if (!answer.startsWith(`${callsPerRound} of`)) throw new Error(`${where}: ${answer}`)
  }
  micros.sort((a, b) => a - b)
  const at = (share: number): string =>
    (micros[Math.min(micros.length - 1, Math.floor(micros.length * share))] ?? 0).toFixed(1)
  console.log(`| ${where} | ${at(0.5)} | ${at(0.9)} | ${at(1)} |`)
}

async function measureMany(): Promise<void> {
  const [embedded] = natsImplementations
  if (!embedded) return
  await using bus = await embedded.start()
  await using one = await startParty(bus.url, true)
  const count = Number(values.components)
  const before = process.memoryUsage().rss
  const begin = performance.now()
  await Promise.all(Array.from({ length: count }, (_, index) => startComponent(one, `pong-${index}`, 'pong')))
  const seconds = (performance.now() - begin) / 1000
  const megabytes = (process.memoryUsage().rss - before) / count / 1024 / 1024
  console.log(
    `\n${count} components started at once in ${seconds.toFixed(1)} s; ${megabytes.toFixed(1)} MB each while idle`,
  )
}

await main()
