import type { InternalMessage, InternalSubscription } from '../../broker/broker-port.js'
import type { MessageStore, StoredMessage } from '../../store/message-store.js'
import { formatTimestamp } from '../../store/timestamp.js'
import type { JetStreamContext } from '../consumer/consumer-host.js'
import { addHeaders, statusHeaders } from '../message-headers.js'
import { asksForNothing, asksForTooMuch, findMessage, messageRequestSchema } from './message-lookup.js'

/** What serveDirectGet() serves. */
export interface DirectGetOptions {
  readonly context: JetStreamContext
  readonly stream: string
  readonly store: MessageStore
}

/** Answers direct requests for messages: by a JSON body, or by the subject at the end of the request's own. */
export function serveDirectGet({ context, stream, store }: DirectGetOptions): InternalSubscription[] {
  const { broker } = context
  const prefix = `$JS.API.DIRECT.GET.${stream}`
  const refuse = (reply: string, status: string): void => {
    broker.publish({ subject: reply, headers: statusHeaders(status) })
  }
  const answer = (reply: string, message: StoredMessage | undefined): void => {
    if (!message) return refuse(reply, '404 Message Not Found')
    broker.publish({ subject: reply, headers: messageHeaders(stream, message), payload: message.payload })
  }
  const onRequest = ({ reply, payload }: InternalMessage): void => {
    if (reply === undefined) return
    const request = parseRequest(payload)
    if (typeof request === 'string') refuse(reply, request)
    else answer(reply, findMessage(store, request))
  }
  const onSubject = ({ subject, reply, payload }: InternalMessage): void => {
    if (reply === undefined) return
    if (payload.length > 0) refuse(reply, '408 Bad Request')
    else answer(reply, store.last(subject.slice(prefix.length + 1)))
  }
  return [broker.subscribe(prefix, onRequest), broker.subscribe(`${prefix}.>`, onSubject)]
}

/** A message's headers with those that say where it is from. */
export function messageHeaders(
  stream: string,
  { headers, subject, sequence, time }: StoredMessage,
  more: Readonly<Record<string, string | number>> = {},
): Buffer {
  return addHeaders(headers, {
    'Nats-Stream': stream,
    'Nats-Subject': subject,
    'Nats-Sequence': sequence,
    'Nats-Time-Stamp': formatTimestamp(time),
    ...more,
  })
}

function parseRequest(body: Buffer): ReturnType<typeof messageRequestSchema.parse> | string {
  if (body.length === 0) return '408 Empty Request'
  const parsed = messageRequestSchema.safeParse(parseJson(body))
  if (!parsed.success) return '408 Malformed Request'
  if (asksForNothing(parsed.data)) return '408 Empty Request'
  return asksForTooMuch(parsed.data) || parsed.data.batch > 0 ? '408 Bad Request' : parsed.data
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    // No JSON: the schema refuses it.
    return undefined
  }
}
