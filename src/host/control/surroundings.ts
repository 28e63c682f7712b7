import type { Logger } from '../../core/log.js'
import type { HostInventory } from '../../lattice/control/inventory-schemas.js'
import type { LatticeConnection } from '../../lattice/connection.js'
import type { EventPublisher } from '../../lattice/events/event-publisher.js'
import type { LatticeStore } from '../../lattice/store/lattice-store.js'
import type { ComponentTable } from '../components/component-table.js'
import type { Auctions } from '../host-options.js'
import type { HostState } from '../host-state.js'
import type { LabelKeeper } from '../identity/kept-labels.js'
import type { LinkTable } from '../links/link-table.js'
import type { LiveConfigs } from '../links/live-configs.js'
import type { RegistryLogins } from '../registries/registry-logins.js'
import type { ProviderTable } from '../providers/provider-table.js'

/** All that the operations of the control interface work on. */
export interface ControlSurroundings {
  readonly state: HostState
  readonly connection: LatticeConnection
  /** For messages to providers. */
  readonly rpc: LatticeConnection
  readonly auctions: Auctions
  readonly store: LatticeStore
  /** What makes changes of labels last. */
  readonly labels: LabelKeeper
  readonly configs: LiveConfigs
  readonly links: LinkTable
  readonly components: ComponentTable
  readonly providers: ProviderTable
  readonly registries: RegistryLogins
  readonly publish: EventPublisher
  readonly log: Logger
  readonly now: () => number
  readonly inventory: () => HostInventory
  /** Stops the host, after this request has been answered. */
  readonly requestStop: (deadlineMs: number) => void
}
