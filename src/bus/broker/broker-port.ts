/**
 * What JetStream sees of the broker. Subjects are latin1 strings end to end (one char per byte), so that UTF-8 in them
 * passes through unchanged. Header blocks are raw bytes from `NATS/1.0\r\n` to the closing empty line.
 */

/** A message that reached an internal subscription. Buffers are valid after the handler returned. */
export interface InternalMessage {
  readonly subject: string
  readonly reply: string | undefined
  readonly headers: Buffer | undefined
  readonly payload: Buffer
}

/** An internal subscription. */
export interface InternalSubscription {
  unsubscribe(): void
}

/** A message to route. */
export interface OutgoingMessage {
  /** The subject on the MSG line. */
  readonly subject: string
  /** The subject whose subscribers get it, where that differs (JetStream delivery: deliver subject). */
  readonly deliverTo?: string | undefined
  readonly reply?: string | undefined
  readonly headers?: Buffer | undefined
  readonly payload?: Buffer | undefined
}

/** The broker as a service to parts of this process. */
export interface BrokerPort {
  /** Calls `handler` synchronously, in order, for each message that a client or a part of the bus publishes. */
  subscribe(subject: string, handler: (message: InternalMessage) => void): InternalSubscription
  /** Routes a message. Returns whether any subscription (internal ones included) got it. */
  publish(message: OutgoingMessage): boolean
  /** Whether any client subscription matches the subject. */
  hasInterest(subject: string): boolean
  /** Calls `listener` after each change of client subscriptions; the returned function ends that. */
  onInterestChange(listener: (subject: string, added: boolean) => void): () => void
  /** Bytes that wait to be written to the clients that `subject` is delivered to (slow consumer check). */
  pendingBytes(subject: string): number
}
