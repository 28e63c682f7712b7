import { AppError } from '../../core/errors.js'
import type { LatticeEvent } from '../events/schemas.js'
import { subscribeEvents } from '../events/subscribe-events.js'
import type { HostId } from '../ids.js'
import type { ControlledLattice } from './controlled-lattice.js'
import { watchHost } from './watch-host.js'

/** A request whose outcome events tell. */
export interface WatchedRequest<T> {
  /** For messages: `start of provider "x"`. */
  readonly what: string
  /** Who is asked, and has to stay for the outcome. */
  readonly hostId: HostId
  /** Longest wait for the outcome; 0 does not wait. */
  readonly waitMs: number
  /** Sends the request. */
  readonly send: () => Promise<unknown>
  /** The outcome if that event tells it; throws where it is a failure. */
  readonly outcomeOf: (event: LatticeEvent) => T | undefined
  /** The outcome where the host goes away meanwhile; without it, that is a failure. */
  readonly outcomeWhenGone?: T | undefined
}

/**
 * Sends a request and waits for the event that tells its outcome, subscribed before it is sent. undefined without
 * waiting. Throws what `outcomeOf` throws, HOST_GONE where the host went away, EFFECT_TIMED_OUT where no event came.
 */
export async function requestAndWatch<T>(
  lattice: ControlledLattice,
  request: WatchedRequest<T>,
): Promise<T | undefined> {
  const { what, hostId, waitMs, send } = request
  if (waitMs === 0) {
    await send()
    return undefined
  }
  const done = new AbortController()
  const gone = new AbortController()
  const until = AbortSignal.any([done.signal, gone.signal, AbortSignal.timeout(waitMs)])
  const events = subscribeEvents(lattice.connection, { signal: until })
  try {
    await send()
    watchHost(lattice.control, hostId, { signal: done.signal, onGone: () => gone.abort() })
    const outcome = await firstOutcome(events, request)
    if (outcome !== undefined) return outcome
  } finally {
    done.abort()
  }
  if (!gone.signal.aborted) throw timedOut(request)
  if (request.outcomeWhenGone !== undefined) return request.outcomeWhenGone
  throw new AppError('HOST_GONE', `Host ${hostId} went away during the ${what}`, {
    hint: 'Run: washi get hosts',
  })
}

async function firstOutcome<T>(
  events: AsyncIterable<LatticeEvent>,
  { outcomeOf }: WatchedRequest<T>,
): Promise<T | undefined> {
  for await (const event of events) {
    const outcome = outcomeOf(event)
    if (outcome !== undefined) return outcome
  }
  return undefined
}

function timedOut({ what, waitMs, hostId }: WatchedRequest<unknown>): AppError {
  const message = `The host accepted the ${what}, but told no outcome within ${waitMs} ms`
  return new AppError('EFFECT_TIMED_OUT', message, {
    hint: `See what it runs: washi get inventory ${hostId}`,
  })
}
