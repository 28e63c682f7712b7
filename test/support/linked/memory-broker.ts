import type { RpcTarget } from '#washi/host/rpc-exchange.js'
import { consumer } from '#washi/wit/wire/messaging.js'
import { createValueTarget, err, ok } from './value-target.js'

/** A message as it crosses links. */
export interface BrokerMessage {
  readonly subject: string
  readonly body: Uint8Array
  readonly replyTo: string | undefined
}

/** A message broker in memory, as a provider serves it. */
export interface MemoryBroker {
  readonly target: RpcTarget
  readonly published: BrokerMessage[]
}

/** Creates a broker; requests to `echo` are answered with their body, all others time out at once. */
export function createMemoryBroker(): MemoryBroker {
  const published: BrokerMessage[] = []
  const target = createValueTarget([consumer], {
    publish: ([message]) => {
      const { subject } = message as BrokerMessage
      if (subject === '') return err('a message needs a subject')
      published.push(message as BrokerMessage)
      return ok(undefined)
    },
    request: ([subject, body, timeoutMs]) =>
      subject === 'echo'
        ? ok({ subject: '_reply', body, replyTo: undefined })
        : err(`no reply to "${String(subject)}": timed out after ${String(timeoutMs)} ms`),
  })
  return { target, published }
}
