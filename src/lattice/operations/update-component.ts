import { AppError } from '../../core/errors.js'
import type { ComponentDescription } from '../control/inventory-schemas.js'
import type { HostId } from '../ids.js'
import type { ControlledLattice } from './controlled-lattice.js'
import { findComponent } from './find-running.js'
import type { RunningPart } from './find-running.js'
import { requestAndWatch } from './request-and-watch.js'

/** Which component to replace, by what. */
export interface UpdateComponentOptions {
  readonly componentId: string
  /** See RunningChoice. */
  readonly isPrefixEnough?: boolean | undefined
  readonly componentRef: string
  /** Without one: the host that runs it, where it is one. */
  readonly host: string | undefined
  readonly waitMs: number
}

/** What was done. */
export interface UpdatedComponent {
  readonly componentId: string
  readonly hostId: HostId
  readonly from: string
  /** False where the host ran that reference already. */
  readonly isChanged: boolean
}

/**
 * Replaces the code of a running component and waits until the host runs the new one. Throws NOT_RUNNING,
 * HOST_AMBIGUOUS where several hosts run it, UPDATE_FAILED with the host's reason; the old code stays then.
 */
export async function updateComponent(
  lattice: ControlledLattice,
  options: UpdateComponentOptions,
): Promise<UpdatedComponent> {
  const { componentRef, waitMs } = options
  const found = await findComponent(lattice.control, { ...options, id: options.componentId })
  const componentId = found.id
  const { hostId, from } = onlyPlace(found)
  if (from === componentRef) return { componentId, hostId, from, isChanged: false }
  await requestAndWatch(lattice, {
    what: `update of component "${componentId}"`,
    hostId,
    waitMs,
    send: () =>
      lattice.control.updateComponent(hostId, {
        component_id: componentId,
        new_component_ref: componentRef,
      }),
    outcomeOf: (event) => {
      if (event.kind !== 'component_scaled' && event.kind !== 'component_scale_failed') return undefined
      const { data } = event
      if (data.component_id !== componentId || data.host_id !== hostId) return undefined
      if (data.image_ref !== componentRef) return undefined
      if (event.kind === 'component_scaled') return true
      const message = `Cannot update component "${componentId}": ${event.data.error}`
      throw new AppError('UPDATE_FAILED', message, { hint: `It goes on as ${from}` })
    },
  })
  return { componentId, hostId, from, isChanged: true }
}

function onlyPlace({ id, places }: RunningPart<ComponentDescription>): {
  readonly hostId: HostId
  readonly from: string
} {
  const [first, ...others] = places
  if (others.length === 0) return { hostId: first.hostId, from: first.part.image_ref }
  const hosts = places.map(({ hostId }) => hostId).join(', ')
  throw new AppError('HOST_AMBIGUOUS', `Several hosts run component "${id}": ${hosts}`, {
    hint: 'Update one after the other: --host-id HOST',
  })
}
