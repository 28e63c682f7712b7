import { AppError } from '../../core/errors.js'
import type { StringMap } from '../control/schemas.js'
import { parseHostId } from '../ids.js'
import type { HostId } from '../ids.js'
import type { ControlledLattice } from './controlled-lattice.js'
import { findHost } from './find-host.js'
import { requestAndWatch } from './request-and-watch.js'

/** What to start, and where. */
export interface StartProviderOptions {
  readonly providerId: string
  readonly providerRef: string
  /** A host; without one, the first that offers itself for the constraints. */
  readonly host: string | undefined
  readonly constraints: StringMap
  readonly config: readonly string[]
  readonly waitMs: number
}

/** Starts a provider and waits until it runs; returns the host. Throws HOST_NOT_FOUND, PROVIDER_START_FAILED. */
export async function startProvider(
  lattice: ControlledLattice,
  options: StartProviderOptions,
): Promise<HostId> {
  const { control } = lattice
  const { providerId, providerRef, host, config, waitMs } = options
  const hostId = host === undefined ? await auction(lattice, options) : await findHost(control, host)
  await requestAndWatch(lattice, {
    what: `start of provider "${providerId}"`,
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
      )
    },
  })
  return hostId
}

async function auction(
  { control }: ControlledLattice,
  { providerId, providerRef, constraints }: StartProviderOptions,
): Promise<HostId> {
  const request = { provider_id: providerId, provider_ref: providerRef, constraints }
  const [offer] = await control.auctionProvider(request, { expected: 1 })
  if (offer) return parseHostId(offer.host_id)
  throw new AppError('HOST_NOT_FOUND', `No suitable hosts found for provider ${providerRef}`, {
    hint: 'Run: washi get inventory',
  })
}
