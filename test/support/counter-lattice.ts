import { silentLogger } from '#washi/core/log.js'
import type { ComponentRuntime } from '#washi/host/components/component-runtime.js'
import type { Host } from '#washi/host/host.js'
import { startHost } from '#washi/host/start-host.js'
import { connectLattice } from '#washi/lattice/connection.js'
import type { LatticeConnection } from '#washi/lattice/connection.js'
import { ControlClient } from '#washi/lattice/control/client.js'
import type { Link } from '#washi/lattice/control/schemas.js'
import type { LatticeName } from '#washi/lattice/ids.js'
import { httpServer } from '#washi/providers/http-server/index.js'
import { keyValueMemory } from '#washi/providers/keyvalue-memory/index.js'
import { guestFile } from './washi-lattice.js'

/** What makes a counter answer over HTTP, from a store on another host; in any order. */
export const counterSteps = [
  'start the component',
  'start the http-server',
  'link it to the component',
  'put its config',
  'join a host with a store',
  'link the component to the store',
] as const
export type CounterStep = (typeof counterSteps)[number]

/** Two hosts that may run the counter, its http-server and its store; one is there from the beginning. */
export interface CounterLattice extends AsyncDisposable {
  /** Resolves when the lattice has accepted the step, which is not when it has had its effect. */
  take(step: CounterStep): Promise<void>
  /** What the lattice has come to, once the counter has answered; without ids and times. */
  outcome(): Promise<CounterOutcome>
}

/** What must not depend on the order of steps. */
export interface CounterOutcome {
  readonly answer: string
  /** Whether the address of the config that was replaced answers. */
  readonly oldAddress: 'refuses' | 'answers'
  readonly inventories: readonly unknown[]
  readonly links: readonly unknown[]
}

/** How to start a CounterLattice. */
export interface CounterLatticeOptions {
  readonly url: string
  readonly lattice: LatticeName
  readonly runtime: ComponentRuntime
  /** Where the http-server listens by the config that is there from the beginning, and by the one that is put. */
  readonly ports: { readonly before: number; readonly after: number }
}

const httpLink = {
  ...{ source_id: 'http', target: 'counter', name: 'default', wit_namespace: 'wasi', wit_package: 'http' },
  ...{ interfaces: ['incoming-handler'], source_config: ['web'], target_config: [] },
}
const storeLink = {
  ...{ source_id: 'counter', target: 'kv', name: 'default', wit_namespace: 'wasi', wit_package: 'keyvalue' },
  ...{ interfaces: ['store', 'atomics', 'batch'], source_config: [], target_config: [] },
}

/** Starts the first host, with a config that listens elsewhere. */
export async function startCounterLattice(options: CounterLatticeOptions): Promise<CounterLattice> {
  const { ports } = options
  const first = await join(options)
  const client = new ControlClient(first.connection, { timeoutMs: 20_000 })
  await client.putConfig('web', { address: `127.0.0.1:${ports.before}` })
  const members = [first]
  const accept: Readonly<Record<CounterStep, () => Promise<unknown>>> = {
    'start the component': () => client.scaleComponent(first.host.id, counter),
    'start the http-server': () => client.startProvider(first.host.id, provider('http', 'http-server')),
    'link it to the component': () => client.putLink(httpLink),
    'put its config': () => client.putConfig('web', { address: `127.0.0.1:${ports.after}` }),
    'join a host with a store': async () => {
      const second = await join(options)
      members.push(second)
      await client.startProvider(second.host.id, provider('kv', 'keyvalue-memory'))
    },
    'link the component to the store': () => client.putLink(storeLink),
  }
  return {
    take: async (step) => void (await accept[step]()),
    outcome: async () => ({
      answer: await firstAnswer(ports.after),
      oldAddress: await get(ports.before).then(
        () => 'answers' as const,
        () => 'refuses' as const,
      ),
      inventories: await settledInventories(members.map(({ host }) => host)),
      links: await client.getLinks(),
    }),
    async [Symbol.asyncDispose]() {
      for (const { host, connection } of members.reverse()) {
        await host.stop()
        await connection.close()
      }
    },
  }
}

const counter = { component_id: 'counter', component_ref: `file://${guestFile('kv-counter')}`, count: 2 }

function provider(id: string, name: string) {
  return { provider_id: id, provider_ref: `ghcr.io/wasmcloud/${name}:1.0.0` }
}

interface Member {
  readonly host: Host
  readonly connection: LatticeConnection
}

async function join({ url, lattice, runtime }: CounterLatticeOptions): Promise<Member> {
  const connection = await connectLattice({ url, lattice, name: 'member' })
  const providers = [httpServer, keyValueMemory]
  const host = await startHost({ connection, version: '1.9.0', log: silentLogger, runtime, providers })
  return { host, connection }
}

async function get(port: number): Promise<string> {
  // No connection is kept: the same port is another server's a moment later.
  const response = await fetch(`http://127.0.0.1:${port}/incr/n?by=2`, { headers: { connection: 'close' } })
  return await response.text()
}

/** The first answer that is no failure: the steps were accepted, and their effects are under way. */
async function firstAnswer(port: number): Promise<string> {
  let last = ''
  await until(
    async () => {
      last = await get(port).catch(String)
      return /^\d+\n$/.test(last)
    },
    () => last,
  )
  return last
}

/** The inventories once no provider has a link that is still to be made. */
async function settledInventories(hosts: readonly Host[]): Promise<readonly unknown[]> {
  const describe = () =>
    hosts.map((host) => {
      const { components, providers, labels } = host.inventory()
      return { components, providers, labels }
    })
  await until(
    () => Promise.resolve(!JSON.stringify(describe()).includes('"pending"')),
    () => JSON.stringify(describe()),
  )
  return describe()
}

async function until(isSo: () => Promise<boolean>, describe: () => string): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`still not so: ${describe()}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** The links that the steps put. */
export const counterLinks: readonly Link[] = [storeLink, httpLink]
