import type { StoredMessage } from '../../store/message-store.js'
import type { JetStreamContext } from '../consumer/consumer-host.js'
import { headerNames } from '../message-headers.js'
import type { StreamConfig } from '../stream-config.js'
import { createSubjectTransform } from '../subject-transform.js'
import { messageHeaders } from './direct-get.js'

/** Publishes a stored message again; `previous` is the sequence before it on the same subject. */
export type Republisher = (message: StoredMessage, previous: number) => void

/** Streams that republish into each other would go on for ever. */
const maxDepth = 16

/** Prepares what a stream's configuration says on republishing. */
export function createRepublisher(
  context: JetStreamContext,
  stream: string,
  { src, dest, headers_only: headersOnly }: NonNullable<StreamConfig['republish']>,
): Republisher {
  const transform = createSubjectTransform(src, dest)
  let depth = 0
  return (message, previous) => {
    const subject = transform(message.subject)
    if (subject === undefined) return
    if (depth >= maxDepth) {
      context.log.warn('Stopped streams that republish into each other', { stream })
      return
    }
    depth++
    try {
      const headers = messageHeaders(stream, message, {
        'Nats-Last-Sequence': previous,
        ...(headersOnly ? { [headerNames.messageSize]: message.payload.length } : {}),
      })
      context.broker.publish({ subject, headers, payload: headersOnly ? undefined : message.payload })
    } finally {
      depth--
    }
  }
}
