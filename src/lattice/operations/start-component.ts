import type { StringMap } from '../control/schemas.js'
import type { HostId } from '../ids.js'
import { chooseHost } from './choose-host.js'
import type { ControlledLattice } from './controlled-lattice.js'
import { scaleComponent } from './scale-component.js'

/** What to start, and where. */
export interface StartComponentOptions {
  readonly componentId: string
  readonly componentRef: string
  /** A host; without one, the first that offers itself for the constraints. */
  readonly host: string | undefined
  readonly constraints: StringMap
  /** Longest wait for an offer; default the client's time-out. */
  readonly auctionTimeoutMs?: number | undefined
  readonly maxInstances: number
  readonly config: readonly string[]
  readonly allowUpdate: boolean
  readonly waitMs: number
}

/** Starts a component and waits until it runs; returns the host. Throws HOST_NOT_FOUND, SCALE_FAILED, HOST_GONE. */
export async function startComponent(
  lattice: ControlledLattice,
  options: StartComponentOptions,
): Promise<HostId> {
  const { componentId: id, componentRef: ref } = options
  const hostId = await chooseHost(lattice.control, { kind: 'component', ...options, id, ref })
  await scaleComponent(lattice, { ...options, hostId })
  return hostId
}
