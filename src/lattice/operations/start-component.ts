import { AppError } from '../../core/errors.js'
import type { StringMap } from '../control/schemas.js'
import { parseHostId } from '../ids.js'
import type { HostId } from '../ids.js'
import type { ControlledLattice } from './controlled-lattice.js'
import { findHost } from './find-host.js'
import { scaleComponent } from './scale-component.js'

/** What to start, and where. */
export interface StartComponentOptions {
  readonly componentId: string
  readonly componentRef: string
  /** A host; without one, the first that offers itself for the constraints. */
  readonly host: string | undefined
  readonly constraints: StringMap
  readonly maxInstances: number
  readonly config: readonly string[]
  readonly allowUpdate: boolean
  readonly waitMs: number
}

/** Starts a component and waits until it runs; returns the host. Throws HOST_NOT_FOUND, SCALE_FAILED. */
export async function startComponent(
  lattice: ControlledLattice,
  options: StartComponentOptions,
): Promise<HostId> {
  const { componentId, componentRef, host, constraints } = options
  const hostId = host === undefined ? await auction() : await findHost(lattice.control, host)
  await scaleComponent(lattice, { ...options, hostId })
  return hostId

  async function auction(): Promise<HostId> {
    const request = { component_id: componentId, component_ref: componentRef, constraints }
    const [offer] = await lattice.control.auctionComponent(request, { expected: 1 })
    if (offer) return parseHostId(offer.host_id)
    throw new AppError('HOST_NOT_FOUND', `No suitable hosts found for component ${componentRef}`, {
      hint: 'Run: washi get inventory',
    })
  }
}
