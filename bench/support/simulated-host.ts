import { connectLattice } from '#washi/lattice/connection.js'
import type { LatticeConnection } from '#washi/lattice/connection.js'
import type { HostInventory, HostSummary } from '#washi/lattice/control/inventory-schemas.js'
import { createHostKey } from '#washi/lattice/identity/host-key.js'
import type { LatticeName } from '#washi/lattice/ids.js'

/** How to simulate a host. */
export interface SimulatedHostOptions {
  readonly url: string
  readonly lattice: LatticeName
  readonly index: number
  /** How many components it claims to run. */
  readonly components: number
}

/** A host that has a connection of its own and answers pings and questions for its inventory, and no more. */
export async function startSimulatedHost(options: SimulatedHostOptions): Promise<AsyncDisposable> {
  const { url, lattice, index } = options
  const connection = await connectLattice({ url, lattice, name: `simulated-${index}` })
  const inventory = createInventory(options)
  const ping: HostSummary = {
    ...{ id: inventory.host_id, friendly_name: inventory.friendly_name, labels: inventory.labels },
    ...{ version: '1.9.2', lattice, uptime_human: '1m', uptime_seconds: 60, ctl_host: url, rpc_host: url },
  }
  answer(connection, connection.subjects.hostPing, ping)
  answer(connection, connection.subjects.hostGet(inventory.host_id), inventory)
  await connection.flush()
  return connection
}

function createInventory({ index, components }: SimulatedHostOptions): HostInventory {
  return {
    host_id: createHostKey().hostId,
    ...{ friendly_name: `simulated-${index}`, labels: { index: `${index}` }, version: '1.9.2' },
    ...{ uptime_human: '1m', uptime_seconds: 60, providers: [] },
    components: Array.from({ length: components }, (_, each) => ({
      ...{ id: `component-${index * components + each}`, image_ref: 'ghcr.io/acme/component:1.0.0' },
      ...{ annotations: { 'wasmcloud.dev/managed-by': 'wadm' }, revision: 0, max_instances: 10 },
    })),
  }
}

function answer(connection: LatticeConnection, subject: string, response: object): void {
  const text = JSON.stringify({ success: true, message: '', response })
  void (async () => {
    for await (const message of connection.subscribe(subject)) message.respond(text)
  })()
}
