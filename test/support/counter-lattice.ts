import { silentLogger } from '#washi/core/log.js'
import type { ComponentRuntime } from '#washi/host/components/component-runtime.js'
import { startHost } from '#washi/host/start-host.js'
import { connectLattice } from '#washi/lattice/connection.js'
import { ControlClient } from '#washi/lattice/control/client.js'
import type { Link } from '#washi/lattice/control/schemas.js'
import { createHostSeed } from '#washi/lattice/identity/host-key.js'
import type { HostId, LatticeName } from '#washi/lattice/ids.js'
import { httpServer } from '#washi/providers/http-server/index.js'
import { keyValueMemory } from '#washi/providers/keyvalue-memory/index.js'
import { startHostProcess } from './host-process.js'
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

/** A host that takes part. */
export interface CounterHost extends AsyncDisposable {
  readonly id: HostId
  /** Ends it without a word and starts it again under the same id. */
  restart(): Promise<void>
}

/** Two hosts that may run the counter, its http-server and its store; one is there from the beginning. */
export interface CounterLattice extends AsyncDisposable {
  /** Resolves when the lattice has accepted the step, which is not when it has had its effect. */
  take(step: CounterStep): Promise<void>
  /** Restarts the first host, and asks it again to start what it ran. */
  restartFirst(): Promise<void>
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
  /** Starts one of the hosts. */
  readonly join: () => Promise<CounterHost>
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
  const { url, lattice, join, ports } = options
  const first = await join()
  const hosts = [first]
  const connection = await connectLattice({ url, lattice, name: 'client' })
  const client = new ControlClient(connection, { timeoutMs: 20_000 })
  await client.putConfig('web', { address: `127.0.0.1:${ports.before}` })
  const taken: CounterStep[] = []
  const onFirst: Partial<Record<CounterStep, (id: HostId) => Promise<unknown>>> = {
    'start the component': (id) => client.scaleComponent(id, counter),
    'start the http-server': (id) => client.startProvider(id, provider('http', 'http-server')),
  }
  const anywhere: Partial<Record<CounterStep, () => Promise<unknown>>> = {
    'link it to the component': () => client.putLink(httpLink),
    'put its config': () => client.putConfig('web', { address: `127.0.0.1:${ports.after}` }),
    'join a host with a store': async () => {
      const second = await join()
      hosts.push(second)
      await client.startProvider(second.id, provider('kv', 'keyvalue-memory'))
    },
    'link the component to the store': () => client.putLink(storeLink),
  }
  return {
    async take(step) {
      await (onFirst[step]?.(first.id) ?? anywhere[step]?.())
      taken.push(step)
    },
    async restartFirst() {
      await first.restart()
      for (const step of taken) await onFirst[step]?.(first.id)
    },
    outcome: async () => ({
      answer: await firstAnswer(ports.after),
      oldAddress: await get(ports.before).then(
        () => 'answers' as const,
        () => 'refuses' as const,
      ),
      inventories: await settledInventories(client, hosts),
      links: await client.getLinks(),
    }),
    async [Symbol.asyncDispose]() {
      await connection.close()
      for (const host of hosts.toReversed()) await host[Symbol.asyncDispose]()
    },
  }
}

/** A host in this process, which is never restarted. */
export async function joinInProcess({
  url,
  lattice,
  runtime,
}: {
  readonly url: string
  readonly lattice: LatticeName
  readonly runtime: ComponentRuntime
}): Promise<CounterHost> {
  const connection = await connectLattice({ url, lattice, name: 'member' })
  const providers = [httpServer, keyValueMemory]
  const host = await startHost({ connection, version: '1.9.0', log: silentLogger, runtime, providers })
  return {
    id: host.id,
    restart: () => Promise.reject(new Error('it is part of this process')),
    async [Symbol.asyncDispose]() {
      await host.stop()
      await connection.close()
    },
  }
}

/** A host in a process of its own. */
export async function joinAsProcess(url: string, lattice: LatticeName): Promise<CounterHost> {
  const seed = createHostSeed()
  let host = await startHostProcess({ url, lattice, seed })
  return {
    id: host.id,
    async restart() {
      await host.kill()
      host = await startHostProcess({ url, lattice, seed })
    },
    [Symbol.asyncDispose]: () => host.kill(),
  }
}

const counter = { component_id: 'counter', component_ref: `file://${guestFile('kv-counter')}`, count: 2 }

function provider(id: string, name: string) {
  return { provider_id: id, provider_ref: `ghcr.io/wasmcloud/${name}:1.0.0` }
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
async function settledInventories(
  client: ControlClient,
  hosts: readonly CounterHost[],
): Promise<readonly unknown[]> {
  let described: readonly unknown[] = []
  await until(
    async () => {
      const inventories = await Promise.all(hosts.map(({ id }) => client.getInventory(id)))
      described = inventories.map(({ components, providers, labels }) => ({ components, providers, labels }))
      return !JSON.stringify(described).includes('"pending"')
    },
    () => JSON.stringify(described),
  )
  return described
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
