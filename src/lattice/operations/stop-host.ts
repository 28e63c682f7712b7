import type { HostId } from '../ids.js'
import type { ControlledLattice } from './controlled-lattice.js'
import { requestAndWatch } from './request-and-watch.js'

/** Asks a host to stop and waits until it says that it has, or is gone. Throws HOST_NOT_FOUND. */
export async function stopHost(
  lattice: ControlledLattice,
  { hostId, graceMs, waitMs }: { readonly hostId: HostId; readonly graceMs: number; readonly waitMs: number },
): Promise<void> {
  await requestAndWatch(lattice, {
    what: `stop of host "${hostId}"`,
    hostId,
    waitMs,
    send: () => lattice.control.stopHost(hostId, { timeoutMs: graceMs }),
    outcomeOf: (event) => (event.kind === 'host_stopped' && event.source === hostId ? true : undefined),
    outcomeWhenGone: true,
  })
}
