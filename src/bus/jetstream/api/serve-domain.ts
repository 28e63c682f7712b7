import type { InternalSubscription } from '../../broker/broker-port.js'
import type { JetStreamContext } from '../consumer/consumer-host.js'
import { statusHeaders } from '../message-headers.js'

/** What clients that know of a domain reach under `$JS.<domain>.API.`, buckets included. */
const aliases = ['INFO', 'STREAM.>', 'CONSUMER.>', 'DIRECT.>', '$KV.>', '$OBJ.>', '$O.>']

/** Passes on what is addressed to the domain. */
export function serveDomain(context: JetStreamContext, domain: string): InternalSubscription[] {
  const { broker } = context
  const prefix = `$JS.${domain}.API.`
  return aliases.map((alias) =>
    broker.subscribe(`${prefix}${alias}`, ({ subject, reply, headers, payload }) => {
      const rest = subject.slice(prefix.length)
      const target = rest.startsWith('$') ? rest : `$JS.API.${rest}`
      const isTaken = broker.publish({ subject: target, reply, headers, payload })
      // The client's own message had a subscriber: us. That there is nobody behind has to be said here.
      if (!isTaken && reply !== undefined) broker.publish({ subject: reply, headers: statusHeaders('503') })
    }),
  )
}
