import { AppError } from '../../core/errors.js'
import type { LatticeEvent } from '../events/schemas.js'
import { subscribeEvents } from '../events/subscribe-events.js'
import type { ControlledLattice } from './controlled-lattice.js'

/** A request whose outcome events tell. */
export interface WatchedRequest<T> {
  /** For messages: `start of provider "x"`. */
  readonly what: string
  /** Longest wait for the outcome; 0 does not wait. */
  readonly waitMs: number
  /** Sends the request. */
  readonly send: () => Promise<unknown>
  /** The outcome if that event tells it; throws where it is a failure. */
  readonly outcomeOf: (event: LatticeEvent) => T | undefined
}

/**
 * Sends a request and waits for the event that tells its outcome, subscribed before it is sent. undefined without
 * waiting. Throws what `outcomeOf` throws, EFFECT_TIMED_OUT where no event came.
 */
export async function requestAndWatch<T>(
  { connection }: Pick<ControlledLattice, 'connection'>,
  { what, waitMs, send, outcomeOf }: WatchedRequest<T>,
): Promise<T | undefined> {
  if (waitMs === 0) {
    await send()
    return undefined
  }
  const done = new AbortController()
  const events = subscribeEvents(connection, {
    signal: AbortSignal.any([done.signal, AbortSignal.timeout(waitMs)]),
  })
  try {
    await send()
    for await (const event of events) {
      const outcome = outcomeOf(event)
      if (outcome !== undefined) return outcome
    }
  } finally {
    done.abort()
  }
  throw new AppError(
    'EFFECT_TIMED_OUT',
    `The host accepted the ${what}, but told no outcome within ${waitMs} ms`,
    {
      hint: 'Run: washi get inventory',
    },
  )
}
