import type { Publication } from '../protocol/publication.js'
import type { InternalMessage } from './broker-port.js'
import type { Recipient, Subscription } from './subscription.js'

/** A part of this process that takes messages. */
export class InternalRecipient implements Recipient {
  readonly isClient = false
  readonly pendingBytes = 0
  readonly #handler: (message: InternalMessage) => void

  constructor(handler: (message: InternalMessage) => void) {
    this.#handler = handler
  }

  deliver(_subscription: Subscription, publication: Publication): boolean {
    const { subject, reply, headerBytes, bytes, start, end } = publication
    const headers = headerBytes > 0 ? bytes.subarray(start, start + headerBytes) : undefined
    this.#handler({ subject, reply, headers, payload: bytes.subarray(start + headerBytes, end) })
    return true
  }

  stall(): void {
    // Parts of this process watch pendingBytes() themselves.
  }
}
