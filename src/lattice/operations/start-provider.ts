import { AppError } from '../../core/errors.js'
import type { StringMap } from '../control/schemas.js'
import type { HostId } from '../ids.js'
import { chooseHost } from './choose-host.js'
import type { ControlledLattice } from './controlled-lattice.js'
import { requestAndWatch } from './request-and-watch.js'

/** What to start, and where. */
export interface StartProviderOptions {
  readonly providerId: string
  readonly providerRef: string
  /** A host; without one, the first that offers itself for the constraints. */
  readonly host: string | undefined
  readonly constraints: StringMap
  /** Longest wait for an offer; default the client's time-out. */
  readonly auctionTimeoutMs?: number | undefined
  readonly config: readonly string[]
  readonly waitMs: number
}

/** Starts a provider and waits until it runs; returns the host. Throws HOST_NOT_FOUND, PROVIDER_START_FAILED. */
export async function startProvider(
  lattice: ControlledLattice,
  options: StartProviderOptions,
): Promise<HostId> {
  const { control } = lattice
  const { providerId, providerRef, config, waitMs } = options
  const candidate = { kind: 'provider', ...options, id: providerId, ref: providerRef } as const
  const hostId = await chooseHost(control, candidate)
  await requestAndWatch(lattice, {
    what: `start of provider "${providerId}"`,
    hostId,
    waitMs,
    send: () =>
      control.startProvider(hostId, {
        provider_id: providerId,
        provider_ref: providerRef,
        config: [...config],
      }),
    outcomeOf: (event) => {
      if (event.kind !== 'provider_started' && event.kind !== 'provider_start_failed') return undefined
      if (event.data.provider_id !== providerId || event.data.host_id !== hostId) return undefined
      if (event.kind === 'provider_started') return true
      throw new AppError(
        'PROVIDER_START_FAILED',
        `Cannot start provider "${providerId}": ${event.data.error}`,
        { hint: 'Mend that and start it again; the log of the host has more' },
      )
    },
  })
  return hostId
}
