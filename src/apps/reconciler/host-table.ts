import { AppError } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { ControlClient } from '../../lattice/control/client.js'
import type { HostInventory } from '../../lattice/control/inventory-schemas.js'
import type { LatticeEvent } from '../../lattice/events/schemas.js'
import { hostIdSchema } from '../../lattice/ids.js'
import type { HostId } from '../../lattice/ids.js'
import type { ObservedHost, ObservedProvider } from '../planner/observed.js'
import type { HostState } from '../store/lattice-state.js'

/** A host that has been silent for so long is taken for gone, as in wadm. */
const silenceMs = 70_000

const inventoryTimeoutMs = 1_000

interface HostEntry {
  inventory: HostInventory | undefined
  isDirty: boolean
  lastSeen: number
  readonly health: Map<string, NonNullable<ObservedProvider['health']>>
}

/** What a HostTable works with. */
export interface HostTableOptions {
  readonly control: ControlClient
  readonly log: Logger
  readonly now: () => number
}

/**
 * The hosts of the lattice and what runs on them. Events say which host has changed; its inventory is then asked for
 * anew, so that what is planned with is what the host itself says.
 */
export class HostTable {
  readonly #options: HostTableOptions
  readonly #hosts = new Map<HostId, HostEntry>()

  constructor(options: HostTableOptions) {
    this.#options = options
  }

  /** Sorted by id; without hosts that never told their inventory or have been silent for too long. */
  snapshot(): readonly ObservedHost[] {
    const { now } = this.#options
    return [...this.#hosts.entries()]
      .filter(([, { lastSeen }]) => now() - lastSeen <= silenceMs)
      .flatMap(([id, entry]) => (entry.inventory ? [toObservedHost(id, entry.inventory, entry.health)] : []))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
  }

  /** The same hosts, as the state of the lattice records them. */
  states(): readonly HostState[] {
    return this.snapshot().flatMap(({ id }) => {
      const { inventory, lastSeen, health } = this.#hosts.get(id) ?? {}
      if (!inventory || lastSeen === undefined) return []
      return [{ inventory, lastSeen, healthOf: (providerId) => health?.get(providerId) }]
    })
  }

  /** Takes in what an event says. */
  onEvent(event: LatticeEvent): void {
    const host = hostIdSchema.safeParse(event.source).data
    if (host === undefined) return
    switch (event.kind) {
      case 'host_stopped':
        this.drop(host)
        return
      case 'host_started':
        this.markDirty(host).health.clear()
        return
      case 'provider_started':
        this.markDirty(host).health.set(event.data.provider_id, 'pending')
        return
      case 'provider_stopped':
      case 'provider_start_failed':
        this.markDirty(host).health.delete(event.data.provider_id)
        return
      case 'health_check_passed':
      case 'health_check_status':
        this.#see(host).health.set(event.data.provider_id, 'healthy')
        return
      case 'health_check_failed':
        this.#see(host).health.set(event.data.provider_id, 'failed')
        return
      // A heartbeat holds an inventory, but one that may be older than the last answer.
      case 'host_heartbeat':
      case 'component_scaled':
      case 'component_scale_failed':
      case 'linkdef_established':
      case 'linkdef_set':
      case 'linkdef_set_failed':
      case 'linkdef_deleted':
      case 'labels_changed':
        this.markDirty(host)
        return
      case 'config_set':
      case 'config_deleted':
      case 'unknown':
        return
      default:
        event satisfies never
    }
  }

  /** The inventory of that host is to be asked for. */
  markDirty(host: HostId): HostEntry {
    const entry = this.#see(host)
    entry.isDirty = true
    return entry
  }

  /** The host is gone. */
  drop(host: HostId): void {
    this.#hosts.delete(host)
  }

  /** Finds the hosts that answer to a ping, and lets refresh() ask all that are known. */
  async discover(timeoutMs: number): Promise<void> {
    const found = await this.#options.control.pingHosts({ timeoutMs })
    for (const { id } of found) this.#see(id)
    for (const entry of this.#hosts.values()) entry.isDirty = true
  }

  /** Asks the hosts that have changed for their inventories. False where one that is there has not answered. */
  async refresh(): Promise<boolean> {
    const dirty = [...this.#hosts.entries()].filter(([, { isDirty }]) => isDirty)
    const answered = await Promise.all(dirty.map(([host, entry]) => this.#refreshHost(host, entry)))
    return answered.every(Boolean)
  }

  async #refreshHost(host: HostId, entry: HostEntry): Promise<boolean> {
    entry.isDirty = false
    try {
      entry.inventory = await this.#options.control.getInventory(host, { timeoutMs: inventoryTimeoutMs })
      entry.lastSeen = this.#options.now()
      return true
    } catch (failure) {
      if (!(failure instanceof AppError)) throw failure
      if (failure.code === 'HOST_NOT_FOUND') {
        this.drop(host)
        return true
      }
      entry.isDirty = true
      this.#options.log.warn('cannot read the inventory of a host', { host, reason: failure.message })
      return false
    }
  }

  #see(host: HostId): HostEntry {
    const known = this.#hosts.get(host)
    const entry = known ?? { inventory: undefined, isDirty: true, lastSeen: 0, health: new Map() }
    entry.lastSeen = this.#options.now()
    if (!known) this.#hosts.set(host, entry)
    return entry
  }
}

function toObservedHost(id: HostId, inventory: HostInventory, health: HostEntry['health']): ObservedHost {
  return {
    id,
    name: inventory.friendly_name,
    labels: inventory.labels,
    components: inventory.components.map((component) => ({
      id: component.id,
      image: component.image_ref,
      instances: component.max_instances,
      annotations: component.annotations ?? {},
    })),
    providers: inventory.providers.map((provider) => ({
      id: provider.id,
      annotations: provider.annotations ?? {},
      health: health.get(provider.id),
      links: provider.links,
      trouble: provider.trouble,
    })),
  }
}
