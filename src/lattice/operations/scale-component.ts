import { AppError } from '../../core/errors.js'
import type { StringMap } from '../control/schemas.js'
import type { HostId } from '../ids.js'
import type { ControlledLattice } from './controlled-lattice.js'
import { requestAndWatch } from './request-and-watch.js'

/** How many instances of which component. */
export interface ScaleOptions {
  readonly hostId: HostId
  readonly componentId: string
  readonly componentRef: string
  /** 0 stops it. */
  readonly maxInstances: number
  readonly annotations?: StringMap | undefined
  readonly config: readonly string[]
  readonly allowUpdate: boolean
  readonly waitMs: number
}

/** Starts, rescales or stops a component on a host, and waits until the host has. Throws SCALE_FAILED with its reason. */
export async function scaleComponent(lattice: ControlledLattice, options: ScaleOptions): Promise<void> {
  const { hostId, componentId, componentRef, maxInstances, annotations, config, allowUpdate, waitMs } =
    options
  await requestAndWatch(lattice, {
    what: `scaling of component "${componentId}"`,
    hostId,
    waitMs,
    send: () =>
      lattice.control.scaleComponent(hostId, {
        component_id: componentId,
        component_ref: componentRef,
        count: maxInstances,
        annotations,
        config: [...config],
        allow_update: allowUpdate,
      }),
    outcomeOf: (event) => {
      if (event.kind !== 'component_scaled' && event.kind !== 'component_scale_failed') return undefined
      if (event.data.component_id !== componentId || event.data.host_id !== hostId) return undefined
      if (event.kind === 'component_scaled') return true
      throw new AppError('SCALE_FAILED', `Cannot scale component "${componentId}": ${event.data.error}`, {
        hint: 'Mend that and try again; the log of the host has more',
      })
    },
  })
}
