import type { HostInventory } from '../../lattice/control/inventory-schemas.js'
import type { Bucket } from '../../lattice/key-value.js'
import type { ObservedProvider } from '../planner/observed.js'

/** A host as the state of a lattice records it. */
export interface HostState {
  readonly inventory: HostInventory
  /** Milliseconds since the epoch. */
  readonly lastSeen: number
  readonly healthOf: (providerId: string) => ObservedProvider['health']
}

/** The three records of a lattice in `wadm_state`, each a map by id. */
export interface LatticeState {
  readonly host: Readonly<Record<string, object>>
  readonly component: Readonly<Record<string, object>>
  readonly provider: Readonly<Record<string, object>>
}

/** What runs where, in the layout of wadm, so that a real wadm which takes over knows it at once. */
export function toLatticeState(hosts: readonly HostState[]): LatticeState {
  return {
    host: Object.fromEntries(hosts.map((host) => [host.inventory.host_id, toHostRecord(host)])),
    component: componentRecords(hosts),
    provider: providerRecords(hosts),
  }
}

function toHostRecord({ inventory, lastSeen }: HostState): object {
  return {
    components: Object.fromEntries(inventory.components.map(({ id, max_instances }) => [id, max_instances])),
    friendly_name: inventory.friendly_name,
    labels: inventory.labels,
    providers: inventory.providers.map(({ id, image_ref, annotations }) => ({
      provider_id: id,
      provider_ref: image_ref ?? '',
      annotations: annotations ?? {},
    })),
    uptime_seconds: inventory.uptime_seconds,
    version: inventory.version === '' ? null : inventory.version,
    id: inventory.host_id,
    last_seen: new Date(lastSeen).toISOString(),
  }
}

function componentRecords(hosts: readonly HostState[]): Record<string, object> {
  const all = hosts.flatMap(({ inventory: { host_id, components } }) =>
    components.map((component) => ({ host_id, ...component })),
  )
  return Object.fromEntries(
    [...new Set(all.map(({ id }) => id))].sort().map((id) => {
      const running = all.filter((component) => component.id === id)
      const instances = running.map(({ host_id, annotations, max_instances }) => [
        host_id,
        [{ annotations: annotations ?? {}, count: max_instances }],
      ])
      const { name, image_ref: reference } = running[0] ?? {}
      return [id, { id, name: name ?? '', issuer: '', instances: Object.fromEntries(instances), reference }]
    }),
  )
}

function providerRecords(hosts: readonly HostState[]): Record<string, object> {
  const all = hosts.flatMap(({ inventory: { host_id, providers }, healthOf }) =>
    providers.map((provider) => ({ host_id, ...provider, health: healthWord(healthOf(provider.id)) })),
  )
  return Object.fromEntries(
    [...new Set(all.map(({ id }) => id))].sort().map((id) => {
      const running = all.filter((provider) => provider.id === id)
      const byHost = Object.fromEntries(running.map(({ host_id, health }) => [host_id, health]))
      const { name, image_ref } = running[0] ?? {}
      return [id, { id, name: name ?? '', issuer: '', reference: image_ref ?? '', hosts: byHost }]
    }),
  )
}

function healthWord(health: ObservedProvider['health']): 'Pending' | 'Running' | 'Failed' {
  if (health === 'failed') return 'Failed'
  return health === 'healthy' ? 'Running' : 'Pending'
}

/** Writes the state of a lattice to `wadm_state`; what has not changed is not written again. */
export class LatticeStateWriter {
  readonly #bucket: Bucket
  readonly #lattice: string
  readonly #written = new Map<string, string>()

  constructor(bucket: Bucket, lattice: string) {
    this.#bucket = bucket
    this.#lattice = lattice
  }

  /** Throws what the bucket throws. */
  async write(state: LatticeState): Promise<void> {
    for (const [kind, records] of Object.entries(state) as [string, object][]) {
      const fingerprint = JSON.stringify(records, (key, value: unknown) =>
        key === 'last_seen' || key === 'uptime_seconds' ? undefined : value,
      )
      if (this.#written.get(kind) === fingerprint) continue
      // A cache that every manager can rebuild from the hosts themselves: the last writer may win.
      await this.#bucket.put(`${kind}_${this.#lattice}`, JSON.stringify(records))
      this.#written.set(kind, fingerprint)
    }
  }
}
