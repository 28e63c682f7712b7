import { AppError } from '../../core/errors.js'
import type { ControlClient } from '../control/client.js'
import type { StringMap } from '../control/schemas.js'
import { parseHostId } from '../ids.js'
import type { HostId } from '../ids.js'
import { findHost } from './find-host.js'
import { getInventories } from './get-inventories.js'

/** What wants a host. */
export interface Candidate {
  readonly kind: 'component' | 'provider'
  readonly id: string
  readonly ref: string
  /** A host; without one, the first that offers itself for the constraints. */
  readonly host: string | undefined
  /** Labels that the host has to have. */
  readonly constraints: StringMap
  /** Longest wait for an offer; default the client's time-out. */
  readonly auctionTimeoutMs?: number | undefined
}

/** The host for something that is to be started. Throws HOST_NOT_FOUND with what hosts lack, or HOST_AMBIGUOUS. */
export async function chooseHost(control: ControlClient, candidate: Candidate): Promise<HostId> {
  const { host, constraints } = candidate
  if (host !== undefined) return await findHost(control, host)
  if (Object.keys(constraints).length > 0) await checkLabels(control, candidate)
  const offer = await firstOffer(control, candidate)
  if (offer !== undefined) return parseHostId(offer)
  throw noHost(candidate, await whyNone(control, candidate))
}

/** An auction would tell the same by silence. */
async function checkLabels(control: ControlClient, candidate: Candidate): Promise<void> {
  const hosts = await control.listHosts()
  const wanted = Object.entries(candidate.constraints)
  const fits = hosts.some(({ labels }) => wanted.every(([key, value]) => labels[key] === value))
  if (fits || hosts.length === 0) return
  const list = wanted.map(([key, value]) => `${key}=${value}`).join(', ')
  throw noHost(candidate, `no host has the ${wanted.length === 1 ? 'label' : 'labels'} ${list}`)
}

async function firstOffer(control: ControlClient, candidate: Candidate): Promise<string | undefined> {
  const { kind, id, ref, constraints, auctionTimeoutMs } = candidate
  const options = {
    expected: 1,
    ...(auctionTimeoutMs === undefined ? {} : { timeoutMs: auctionTimeoutMs }),
  }
  const offers =
    kind === 'component'
      ? await control.auctionComponent({ component_id: id, component_ref: ref, constraints }, options)
      : await control.auctionProvider({ provider_id: id, provider_ref: ref, constraints }, options)
  return offers[0]?.host_id
}

async function whyNone(control: ControlClient, { kind, id }: Candidate): Promise<string> {
  const inventories = await getInventories(control)
  const runsEverywhere = inventories.every(({ components, providers }) =>
    (kind === 'component' ? components : providers).some((part) => part.id === id),
  )
  return runsEverywhere ? `a ${kind} with the id "${id}" runs there already` : 'none has offered itself'
}

function noHost({ kind, ref }: Candidate, why: string): AppError {
  return new AppError('HOST_NOT_FOUND', `No suitable hosts found for ${kind} ${ref}: ${why}`, {
    hint: 'Run: washi get inventory',
  })
}
