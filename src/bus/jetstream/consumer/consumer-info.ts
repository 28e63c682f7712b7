import { formatTimestamp } from '../../store/timestamp.js'
import { consumerConfigDocument } from '../consumer-config.js'
import type { ConsumerConfig } from '../consumer-config.js'
import { fromLatin1 } from '../wire-schema.js'
import type { ConsumerHost } from './consumer-host.js'
import type { SequencePair } from './pending-acks.js'

/** A position and when it last moved. */
export type Progress = SequencePair & { readonly at: bigint | undefined }

/** What a consumer tells of itself. */
export interface ConsumerFacts {
  readonly name: string
  readonly created: string
  readonly config: ConsumerConfig
  readonly delivered: Progress
  readonly floor: Progress
  readonly acksPending: number
  readonly redelivered: number
  readonly waiting: number
  readonly pending: number
  readonly isBound: boolean
}

/** The document about a consumer, as answers show it. */
export function consumerInfo(
  { context, config }: ConsumerHost,
  facts: ConsumerFacts,
): Record<string, unknown> {
  return {
    stream_name: fromLatin1(config.name),
    name: fromLatin1(facts.name),
    created: facts.created,
    config: consumerConfigDocument(facts.config),
    delivered: progressDocument(facts.delivered),
    ack_floor: progressDocument(facts.floor),
    num_ack_pending: facts.acksPending,
    // Where nothing is delivered twice, the count would only confuse.
    num_redelivered: facts.config.max_deliver === 1 ? 0 : facts.redelivered,
    num_waiting: facts.waiting,
    num_pending: facts.pending,
    push_bound: facts.isBound || undefined,
    ts: formatTimestamp(context.timestamp()),
  }
}

function progressDocument({ consumer, stream, at }: Progress): unknown {
  return { consumer_seq: consumer, stream_seq: stream, last_active: at && formatTimestamp(at) }
}
