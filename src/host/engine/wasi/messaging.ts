import { consumer as consumerWire } from '../../../wit/wire/messaging.js'
import type { GuestHost } from './guest-host.js'
import type { LinkSelection } from './link-selection.js'
import { LinkedInterface } from './linked/linked-interface.js'
import { resultOf } from './linked/results.js'

/** `wasmcloud:messaging/types.broker-message`, of version 0.2. */
export interface BrokerMessage {
  readonly subject: string
  readonly body: Uint8Array
  readonly replyTo: string | undefined
}

/** How long a request without a time-out of its own waits; the guest's own limit mostly comes first. */
const defaultTimeoutMs = 600_000

/** `wasmcloud:messaging` 0.2 and 0.3 over links; both become calls of consumer 0.2. */
export function createMessaging(host: GuestHost, links: LinkSelection): Readonly<Record<string, object>> {
  const consumer = new LinkedInterface({
    host,
    links,
    key: 'wasmcloud:messaging/consumer',
    wire: consumerWire,
  })
  const publish = (message: BrokerMessage, toError: ToError): void =>
    resultOf(toError, () => consumer.call('publish', [message]))
  const request = (args: readonly [string, Uint8Array, number], toError: ToError): BrokerMessage =>
    resultOf(toError, () => consumer.call('request', args))
  return {
    'wasmcloud:messaging/types': { Client, Message },
    'wasmcloud:messaging/consumer': {
      request: (subject: string, body: Uint8Array, timeoutMs: number) =>
        request([subject, body, timeoutMs], asText),
      publish: (message: BrokerMessage) => publish(message, asText),
    },
    'wasmcloud:messaging/producer': {
      send: (_client: Client, topic: string, message: Message) =>
        withErrors(() => publish({ subject: topic, body: message.data(), replyTo: undefined }, asText)),
    },
    'wasmcloud:messaging/request-reply': {
      RequestOptions,
      request: (_client: Client, topic: string, message: Message, options?: RequestOptions) => {
        const timeoutMs = options?.timeoutMs ?? defaultTimeoutMs
        const reply = withErrors(() => request([topic, message.data(), timeoutMs], asText))
        return [Message.received(reply)]
      },
      reply: (to: Message, message: Message) => {
        const subject = to.replyTo
        if (subject === undefined) throw otherError('the message asks for no reply')
        withErrors(() => publish({ subject, body: message.data(), replyTo: undefined }, asText))
      },
    },
  }
}

type ToError = (message: string) => unknown

type Metadata = readonly (readonly [key: string, value: string])[]

/** `wasmcloud:messaging/types.client` 0.3: the link is the connection, so its name says nothing. */
class Client {
  static connect(): Client {
    return new Client()
  }

  disconnect(): void {
    // There is nothing of its own to close.
  }
}

/** `wasmcloud:messaging/types.message` 0.3. What is more than data stays here: version 0.2 cannot carry it. */
export class Message {
  #data: Uint8Array
  #topic: string | undefined
  #contentType: string | undefined
  #metadata: Metadata | undefined
  /** Where a reply goes, for a message that was received. */
  replyTo: string | undefined

  constructor(data: Uint8Array) {
    this.#data = data
  }

  /** A message from the broker. */
  static received({ subject, body, replyTo }: BrokerMessage): Message {
    const message = new Message(body)
    message.#topic = subject
    message.replyTo = replyTo
    return message
  }

  topic(): string | undefined {
    return this.#topic
  }

  contentType(): string | undefined {
    return this.#contentType
  }

  setContentType(contentType: string): void {
    this.#contentType = contentType
  }

  data(): Uint8Array {
    return this.#data
  }

  setData(data: Uint8Array): void {
    this.#data = data
  }

  metadata(): Metadata | undefined {
    return this.#metadata
  }

  addMetadata(key: string, value: string): void {
    this.removeMetadata(key)
    this.#metadata = [...(this.#metadata ?? []), [key, value]]
  }

  setMetadata(metadata: Metadata): void {
    this.#metadata = metadata
  }

  removeMetadata(key: string): void {
    this.#metadata = this.#metadata?.filter(([name]) => name !== key)
  }
}

/** `wasmcloud:messaging/request-reply.request-options` 0.3. */
class RequestOptions {
  timeoutMs: number | undefined

  setTimeoutMs(timeoutMs: number): void {
    this.timeoutMs = timeoutMs
  }

  /** Consumers of version 0.2 return one reply, however many are wanted. */
  setExpectedReplies(): void {
    // Nothing to keep.
  }
}

/** Version 0.2 has texts for errors, and version 0.3 a variant. */
function withErrors<T>(action: () => T): T {
  try {
    return action()
  } catch (thrown) {
    if (typeof thrown !== 'string') throw thrown
    throw /timed? ?out/i.test(thrown) ? { tag: 'timeout' } : otherError(thrown)
  }
}

function otherError(message: string): unknown {
  return { tag: 'other', val: message }
}

function asText(message: string): string {
  return message
}
