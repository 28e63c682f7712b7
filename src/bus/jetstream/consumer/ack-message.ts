import { parseGoDuration } from '../go-duration.js'

/** What a client says about a delivered message. */
export type AckMessage =
  | { readonly kind: 'ack' }
  /** Acknowledged, and a pull request follows. */
  | { readonly kind: 'next'; readonly request: Buffer }
  | { readonly kind: 'nak'; readonly delayMs: number }
  | { readonly kind: 'progress' }
  | { readonly kind: 'terminate'; readonly reason: string }
  | { readonly kind: 'unknown' }

/** Which delivery an ack is about, from the subject that came with the message. */
export interface AckSubject {
  readonly deliveries: number
  readonly streamSequence: number
  readonly consumerSequence: number
}

/** Reads the body of an ack. */
export function parseAckMessage(body: Buffer): AckMessage {
  const content = body.toString('utf8')
  if (content === '' || content === '+ACK' || content === '+OK') return { kind: 'ack' }
  if (content.startsWith('+NXT')) return { kind: 'next', request: body.subarray(4) }
  if (content.startsWith('-NAK')) return { kind: 'nak', delayMs: parseNakDelay(content.slice(4).trim()) }
  if (content === '+WPI') return { kind: 'progress' }
  if (content.startsWith('+TERM')) return { kind: 'terminate', reason: content.slice(5).trim() }
  return { kind: 'unknown' }
}

/** Reads `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream seq>.<consumer seq>.<time>.<pending>`. */
export function parseAckSubject(subject: string): AckSubject | undefined {
  const [deliveries, streamSequence, consumerSequence] = subject.split('.').slice(4).map(Number)
  if (!deliveries || !streamSequence || !consumerSequence) return undefined
  return { deliveries, streamSequence, consumerSequence }
}

/** A delay that cannot be read means none, as in nats-server. */
function parseNakDelay(argument: string): number {
  if (!argument.startsWith('{')) return (parseGoDuration(argument) ?? 0) / 1e6
  try {
    const { delay } = JSON.parse(argument) as { readonly delay?: unknown }
    return typeof delay === 'number' ? delay / 1e6 : 0
  } catch {
    // Not JSON: an ordinary NAK.
    return 0
  }
}
