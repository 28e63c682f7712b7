import type { ControlledLattice } from './controlled-lattice.js'
import { findProvider } from './find-running.js'
import { requestAndWatch } from './request-and-watch.js'
import type { Stopped, StopOptions } from './stop-component.js'

/** Stops a provider and waits until it is gone. Throws NOT_RUNNING, ID_AMBIGUOUS, HOST_GONE. */
export async function stopProvider(lattice: ControlledLattice, options: StopOptions): Promise<Stopped> {
  const { id, places } = await findProvider(lattice.control, options)
  for (const { hostId } of places) {
    await requestAndWatch(lattice, {
      what: `stop of provider "${id}"`,
      hostId,
      waitMs: options.waitMs,
      send: () => lattice.control.stopProvider(hostId, id),
      outcomeOf: (event) => {
        if (event.kind !== 'provider_stopped' || event.data.provider_id !== id) return undefined
        return event.data.host_id === hostId ? true : undefined
      },
    })
  }
  return { id, hosts: places.map(({ hostId }) => hostId) }
}
