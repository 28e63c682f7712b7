import type { HostSummary } from '../lattice/control/inventory-schemas.js'
import type { StringMap } from '../lattice/control/schemas.js'
import type { LatticeConnection } from '../lattice/connection.js'
import type { HostId } from '../lattice/ids.js'
import { formatUptime } from './identity/uptime.js'

/** What a host says of itself; labels change while it runs, the rest stays. */
export interface HostState {
  readonly hostId: HostId
  readonly friendlyName: string
  readonly version: string
  readonly startedAt: number
  labels: StringMap
}

/** The host's answer to a ping. */
export function summarizeHost(
  state: HostState,
  { connection, rpc }: { readonly connection: LatticeConnection; readonly rpc: LatticeConnection },
  now: number,
): HostSummary {
  return {
    rpc_host: rpc.url,
    ctl_host: connection.url,
    friendly_name: state.friendlyName,
    id: state.hostId,
    labels: state.labels,
    lattice: connection.lattice,
    ...uptimeOf(state, now),
    version: state.version,
    ...(connection.jsDomain === undefined ? {} : { js_domain: connection.jsDomain }),
  }
}

/** The two forms of a host's uptime. */
export function uptimeOf(state: HostState, now: number): { uptime_human: string; uptime_seconds: number } {
  const seconds = Math.max(0, Math.floor((now - state.startedAt) / 1000))
  return { uptime_human: formatUptime(seconds), uptime_seconds: seconds }
}
