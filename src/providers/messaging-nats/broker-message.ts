/** `broker-message` as it is encoded. */
export interface BrokerMessage {
  readonly subject: string
  readonly body: Uint8Array
  readonly replyTo: string | undefined
}

/** Throws for a subject that messages cannot be sent to: empty tokens, blanks, wildcards. */
export function requireSubject(subject: string): void {
  if (/^[^.\s*>]+(?:\.[^.\s*>]+)*$/.test(subject)) return
  throw new Error(`"${subject}" is no subject that a message can be sent to`)
}
