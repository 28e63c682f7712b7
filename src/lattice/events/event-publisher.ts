import type { z } from 'zod'
import type { Clock } from '../../core/clock.js'
import type { LatticeConnection } from '../connection.js'
import type { HostId } from '../ids.js'
import { createEventId } from './event-id.js'
import { eventTypePrefix } from './schemas.js'
import type { eventSchemas, EventName } from './schemas.js'

/** Publishes the event of that name; what cannot be sent because the connection closed is lost, as on the real host. */
export type EventPublisher = <N extends EventName>(name: N, data: z.input<(typeof eventSchemas)[N]>) => void

/** A publisher of events whose source is the given host. */
export function createEventPublisher(
  connection: LatticeConnection,
  { source, clock }: { readonly source: HostId; readonly clock: Clock },
): EventPublisher {
  return (name, data) => {
    const event = {
      specversion: '1.0',
      id: createEventId(clock.now()),
      type: `${eventTypePrefix}${name}`,
      source,
      datacontenttype: 'application/json',
      time: new Date(clock.now()).toISOString(),
      data,
    }
    connection.publish(connection.subjects.event(name), JSON.stringify(event))
  }
}
