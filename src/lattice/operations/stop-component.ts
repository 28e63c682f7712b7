import { AppError } from '../../core/errors.js'
import type { HostId } from '../ids.js'
import type { ControlledLattice } from './controlled-lattice.js'
import { findHost } from './find-host.js'
import { getInventories } from './get-inventories.js'
import { scaleComponent } from './scale-component.js'

/** What to stop, and where; without a host, on every host that runs it. */
export interface StopOptions {
  readonly id: string
  readonly host: string | undefined
  readonly waitMs: number
}

/** Stops a component and waits until it is gone; returns the hosts that ran it. Throws NOT_RUNNING, SCALE_FAILED. */
export async function stopComponent(
  lattice: ControlledLattice,
  options: StopOptions,
): Promise<readonly HostId[]> {
  const { id, host, waitMs } = options
  const only = host === undefined ? undefined : await findHost(lattice.control, host)
  const running = (await getInventories(lattice.control, only)).flatMap(({ host_id, components }) =>
    components
      .filter((component) => component.id === id)
      .map(({ image_ref, annotations }) => ({ hostId: host_id, image_ref, annotations })),
  )
  if (running.length === 0) throw notRunning('component', id, only)
  for (const { hostId, image_ref, annotations } of running) {
    await scaleComponent(lattice, {
      hostId,
      componentId: id,
      componentRef: image_ref,
      maxInstances: 0,
      annotations: annotations ?? undefined,
      config: [],
      allowUpdate: false,
      waitMs,
    })
  }
  return running.map(({ hostId }) => hostId)
}

/** The error for what is to be stopped and does not run. */
export function notRunning(kind: 'component' | 'provider', id: string, host: HostId | undefined): AppError {
  const message =
    host === undefined ? `No host runs ${kind} "${id}"` : `Host ${host} does not run ${kind} "${id}"`
  return new AppError('NOT_RUNNING', message, { hint: 'Run: washi get inventory' })
}
