import { AppError } from '../../core/errors.js'
import type { HostId } from '../ids.js'
import type { ControlledLattice } from './controlled-lattice.js'
import { findHost } from './find-host.js'
import { getInventories } from './get-inventories.js'
import { requestAndWatch } from './request-and-watch.js'
import { notRunning } from './stop-component.js'

/** Which component to replace, by what. */
export interface UpdateComponentOptions {
  readonly componentId: string
  readonly componentRef: string
  /** Without one: the host that runs it, where it is one. */
  readonly host: string | undefined
  readonly waitMs: number
}

/** What was done. */
export interface UpdatedComponent {
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
  const { componentId, componentRef, waitMs } = options
  const { hostId, from } = await findRunning(lattice, options)
  if (from === componentRef) return { hostId, from, isChanged: false }
  await requestAndWatch(lattice, {
    what: `update of component "${componentId}"`,
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
  return { hostId, from, isChanged: true }
}

async function findRunning(
  { control }: ControlledLattice,
  { componentId, host }: UpdateComponentOptions,
): Promise<{ readonly hostId: HostId; readonly from: string }> {
  const only = host === undefined ? undefined : await findHost(control, host)
  const running = (await getInventories(control, only)).flatMap(({ host_id, components }) =>
    components
      .filter(({ id }) => id === componentId)
      .map(({ image_ref }) => ({ hostId: host_id, from: image_ref })),
  )
  const [first, ...others] = running
  if (first === undefined) throw notRunning('component', componentId, only)
  if (others.length === 0) return first
  const hosts = running.map(({ hostId }) => hostId).join(', ')
  throw new AppError('HOST_AMBIGUOUS', `Several hosts run component "${componentId}": ${hosts}`, {
    hint: 'Update one after the other: --host-id HOST',
  })
}
