import type { HostId } from '../ids.js'
import type { ControlledLattice } from './controlled-lattice.js'
import { findComponent } from './find-running.js'
import { scaleComponent } from './scale-component.js'

/** What to stop, and where; without a host, on every host that runs it. */
export interface StopOptions {
  readonly id: string
  /** See RunningChoice. */
  readonly isPrefixEnough?: boolean | undefined
  readonly host: string | undefined
  readonly waitMs: number
}

/** What was stopped, and where. */
export interface Stopped {
  readonly id: string
  /** One at least. */
  readonly hosts: readonly HostId[]
}

/** Stops a component and waits until it is gone. Throws NOT_RUNNING, ID_AMBIGUOUS, SCALE_FAILED, HOST_GONE. */
export async function stopComponent(lattice: ControlledLattice, options: StopOptions): Promise<Stopped> {
  const { id, places } = await findComponent(lattice.control, options)
  for (const { hostId, part } of places) {
    await scaleComponent(lattice, {
      hostId,
      componentId: id,
      componentRef: part.image_ref,
      maxInstances: 0,
      annotations: part.annotations ?? undefined,
      config: [],
      allowUpdate: false,
      waitMs: options.waitMs,
    })
  }
  return { id, hosts: places.map(({ hostId }) => hostId) }
}
