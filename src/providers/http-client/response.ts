import type { IncomingMessage } from 'node:http'
import { toWireFields, type WireFields } from '../../host/calls/http-wire.js'
import { createDeferred } from '../../core/deferred.js'
import { ClientError } from './client-error.js'

/** A response as a provider returns it. */
export interface WireResponseValue {
  readonly status: number
  readonly headers: WireFields
  readonly body: AsyncIterable<Uint8Array>
  readonly trailers: Promise<WireFields | undefined>
}

/** The response with its body as it comes; `betweenBytesMs` is the longest wait for the next of it. */
export function toWireResponse(
  message: IncomingMessage,
  betweenBytesMs: number | undefined,
): WireResponseValue {
  const trailers = createDeferred<WireFields | undefined>()
  return {
    status: message.statusCode ?? 0,
    headers: toWireFields(message.rawHeaders),
    trailers: trailers.promise,
    body: readBody(message, betweenBytesMs, trailers.resolve),
  }
}

async function* readBody(
  message: IncomingMessage,
  betweenBytesMs: number | undefined,
  onEnd: (trailers: WireFields | undefined) => void,
): AsyncGenerator<Uint8Array> {
  const chunks = message[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  try {
    for (;;) {
      const next = await within(message, betweenBytesMs, chunks.next())
      if (next.done === true) break
      yield next.value
    }
  } finally {
    const { rawTrailers, complete } = message
    onEnd(complete && rawTrailers.length > 0 ? toWireFields(rawTrailers) : undefined)
    if (!complete) message.destroy()
  }
}

/** The time counts while we wait for the server only, not while the reader is slow. */
async function within<T>(message: IncomingMessage, ms: number | undefined, wait: Promise<T>): Promise<T> {
  if (ms === undefined) return await wait
  const expire = (): void => void message.destroy(new ClientError({ tag: 'connection-read-timeout' }))
  const timer = setTimeout(expire, ms)
  try {
    return await wait
  } finally {
    clearTimeout(timer)
  }
}
