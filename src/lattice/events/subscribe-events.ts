import type { LatticeConnection } from '../connection.js'
import { jsonOf } from '../message.js'
import { parseEvent } from './schemas.js'
import type { LatticeEvent } from './schemas.js'

/** Options of subscribeEvents(). */
export interface SubscribeEventsOptions {
  /** Ends the subscription, and with it the iteration. */
  readonly signal: AbortSignal
}

/**
 * The events of the lattice from now on: subscribed when it returns, so what a later request on this connection causes
 * is seen. Events that washi cannot read are passed on as `unknown`.
 */
export function subscribeEvents(
  connection: LatticeConnection,
  { signal }: SubscribeEventsOptions,
): AsyncIterable<LatticeEvent> {
  return readEvents(connection.subscribe(connection.subjects.events, { signal }))
}

async function* readEvents(
  messages: ReturnType<LatticeConnection['subscribe']>,
): AsyncGenerator<LatticeEvent> {
  for await (const message of messages) yield parseEvent(jsonOf(message))
}
