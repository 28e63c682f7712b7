import type { Msg, MsgHdrs } from '@nats-io/transport-node'

/** A message as a listener is handed it: cheap, and valid during the call only. */
export interface RawMessage {
  readonly subject: string
  /** Empty where the sender wants no answer. */
  readonly reply: string
  /** A view of what the connection has read: copy what is kept. */
  readonly payload: Uint8Array
  /** A status of the server (503 where nobody listens), else 0. */
  readonly status: number
  header(name: string): string | undefined
}

/** Headers in the form that they have on the wire, made once for any number of messages. */
export interface HeaderBlock {
  readonly bytes: Uint8Array
}

/** Options of LatticeConnection.send(). */
export interface SendOptions {
  readonly reply?: string | undefined
  readonly headers?: HeaderBlock | undefined
}

/** A subscription whose messages a function takes. */
export interface Listening {
  /** Ends it; what is on its way is dropped. Idempotent. */
  end(): void
  /** Takes what the server has sent already, then ends. Never rejects. */
  drain(): Promise<void>
}

/** Encodes headers as they are named; line breaks in values become spaces. */
export function encodeHeaders(headers: Readonly<Record<string, string>>): HeaderBlock {
  const lines = Object.entries(headers).map(
    ([name, value]) => `${name}: ${value.replace(/[\r\n]+/g, ' ')}\r\n`,
  )
  return { bytes: new TextEncoder().encode(`NATS/1.0\r\n${lines.join('')}\r\n`) }
}

/** What the client library is told of a block: all that it does with headers of its own is to encode them. */
export function toNatsBlock({ bytes }: HeaderBlock): MsgHdrs {
  return { encode: () => bytes } as unknown as MsgHdrs
}

/** A message of the client library as a listener is handed it. */
export class NatsRawMessage implements RawMessage {
  readonly #message: Msg

  constructor(message: Msg) {
    this.#message = message
  }

  get subject(): string {
    return this.#message.subject
  }

  get reply(): string {
    return this.#message.reply ?? ''
  }

  get payload(): Uint8Array {
    return this.#message.data
  }

  get status(): number {
    return this.#message.headers?.code ?? 0
  }

  header(name: string): string | undefined {
    const { headers } = this.#message
    return headers?.has(name) ? headers.get(name) : undefined
  }
}
