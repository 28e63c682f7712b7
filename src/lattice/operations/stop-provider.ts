import type { HostId } from '../ids.js'
import type { ControlledLattice } from './controlled-lattice.js'
import { findHost } from './find-host.js'
import { getInventories } from './get-inventories.js'
import { requestAndWatch } from './request-and-watch.js'
import { notRunning } from './stop-component.js'
import type { StopOptions } from './stop-component.js'

/** Stops a provider and waits until it is gone; returns the hosts that ran it. Throws NOT_RUNNING. */
export async function stopProvider(
  lattice: ControlledLattice,
  options: StopOptions,
): Promise<readonly HostId[]> {
  const { id, host, waitMs } = options
  const only = host === undefined ? undefined : await findHost(lattice.control, host)
  const hosts = (await getInventories(lattice.control, only))
    .filter(({ providers }) => providers.some((provider) => provider.id === id))
    .map(({ host_id }) => host_id)
  if (hosts.length === 0) throw notRunning('provider', id, only)
  for (const hostId of hosts) {
    await requestAndWatch(lattice, {
      what: `stop of provider "${id}"`,
      waitMs,
      send: () => lattice.control.stopProvider(hostId, id),
      outcomeOf: (event) => {
        if (event.kind !== 'provider_stopped' || event.data.provider_id !== id) return undefined
        return event.data.host_id === hostId ? true : undefined
      },
    })
  }
  return hosts
}
