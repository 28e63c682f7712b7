/** How a consumer's messages reach clients: pushed to a subject, or pulled by requests. */
export interface DeliveryMode {
  /** Whether a message could go out now. */
  canDeliver(): boolean
  /** The subject for a message of this size, which is then sent; undefined where nobody can take it. */
  claim(sizeBytes: number): string | undefined
  /** The claimed message was sent. */
  sent(sizeBytes: number): void
  /** Whether the clients have more waiting for them than is good. */
  isCongested(): boolean
  /** No message goes out for now; `atEnd` where that is because there is none left. */
  paused(atEnd: boolean): void
  /** Tells the clients that the consumer is gone, and lets go of everything. */
  close(notice: string | undefined): void
}

/** Past this, delivery waits until clients have read. */
export const congestedBytes = 8 << 20
