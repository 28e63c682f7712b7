import { parseStrictJson } from './strict-json.js'

/** Header names as sent, each with its values. */
export type MessageHeaders = Readonly<Record<string, readonly string[]>>

/** What a payload may be given as; plain data is sent as JSON. */
export type Payload = Uint8Array | string

/** A message that arrived. */
export interface LatticeMessage {
  readonly subject: string
  readonly reply: string | undefined
  readonly headers: MessageHeaders
  readonly payload: Uint8Array
  /** Answers if the sender asked for an answer; does nothing otherwise, or once the connection has closed. */
  respond(payload: Payload, headers?: MessageHeaders): void
}

const decoder = new TextDecoder()

/** The payload as text. */
export function textOf(message: Pick<LatticeMessage, 'payload'>): string {
  return decoder.decode(message.payload)
}

/** The payload as JSON, or undefined where it is not JSON; see parseStrictJson(). */
export function jsonOf(message: Pick<LatticeMessage, 'payload'>): unknown {
  try {
    return parseStrictJson(message.payload)
  } catch {
    // The caller's schema refuses undefined, with its own words.
    return undefined
  }
}
