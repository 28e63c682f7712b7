import type { Publication } from '../protocol/publication.js'

/** Whoever subscribes: a client's session, or a part of this process. */
export interface Recipient {
  /** Whether it is a client at the other end of a connection. */
  readonly isClient: boolean
  /** Bytes that wait to be written to it. */
  readonly pendingBytes: number
  /** Takes a message; false where it declines (closed, or its own message without echo). */
  deliver(subscription: Subscription, publication: Publication, from: Recipient | undefined): boolean
  /** Asks it, as a publisher, to slow down: a recipient of its messages cannot keep up. */
  stall(): void
}

/** The interest of one recipient in a subject, in the trie from subscribe to unsubscribe. */
export class Subscription {
  readonly subject: string
  readonly queue: string | undefined
  readonly sid: string
  readonly recipient: Recipient
  /** Messages delivered so far. */
  delivered = 0
  /** Deliveries after which it ends; 0 is never. */
  max = 0
  closed = false

  constructor(options: Pick<Subscription, 'subject' | 'queue' | 'sid' | 'recipient'>) {
    this.subject = options.subject
    this.queue = options.queue
    this.sid = options.sid
    this.recipient = options.recipient
  }
}
