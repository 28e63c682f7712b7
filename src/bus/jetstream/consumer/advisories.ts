import { randomBytes } from 'node:crypto'
import { formatTimestamp } from '../../store/timestamp.js'
import { fromLatin1 } from '../wire-schema.js'
import type { JetStreamContext } from './consumer-host.js'

/** What an advisory is about. */
export interface AdvisorySubject {
  readonly stream: string
  readonly consumer: string
}

/** Says that a message was delivered as often as allowed, without an ack. */
export function publishMaxDeliveries(
  context: JetStreamContext,
  { stream, consumer }: AdvisorySubject,
  details: { readonly stream_seq: number; readonly deliveries: number },
): void {
  publish(context, `$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.${stream}.${consumer}`, {
    ...head(context, 'io.nats.jetstream.advisory.v1.max_deliver'),
    stream: fromLatin1(stream),
    consumer: fromLatin1(consumer),
    ...details,
    domain: context.domain,
  })
}

/** Says that a client gave a message up. */
export function publishTerminated(
  context: JetStreamContext,
  { stream, consumer }: AdvisorySubject,
  details: {
    readonly consumer_seq: number
    readonly stream_seq: number
    readonly deliveries: number
    readonly reason: string | undefined
  },
): void {
  publish(context, `$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.${stream}.${consumer}`, {
    ...head(context, 'io.nats.jetstream.advisory.v1.terminated'),
    stream: fromLatin1(stream),
    consumer: fromLatin1(consumer),
    ...details,
    domain: context.domain,
  })
}

function head(context: JetStreamContext, type: string): Record<string, string> {
  return { type, id: randomBytes(11).toString('hex'), timestamp: formatTimestamp(context.timestamp()) }
}

function publish(context: JetStreamContext, subject: string, body: unknown): void {
  context.broker.publish({ subject, payload: Buffer.from(JSON.stringify(body)) })
}
