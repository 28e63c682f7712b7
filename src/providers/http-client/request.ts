import { request as requestHttp, type Agent, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { once } from 'node:events'
import { fromWireFields, type TaggedName, type WireFields } from '../../host/calls/http-wire.js'
import { ClientError } from './client-error.js'

/** A request as a provider is handed it. */
export interface OutgoingRequest {
  readonly body: AsyncIterable<Uint8Array>
  readonly trailers: Promise<WireFields | undefined>
  readonly method: TaggedName
  readonly pathWithQuery: string | undefined
  readonly scheme: TaggedName | undefined
  readonly authority: string | undefined
  readonly headers: WireFields
}

/** Durations in nanoseconds. */
export interface RequestOptions {
  readonly connectTimeout: bigint | undefined
  readonly firstByteTimeout: bigint | undefined
  readonly betweenBytesTimeout: bigint | undefined
}

/** Headers that belong to a connection, and that of the framing which is ours to choose. */
const ownHeaders: ReadonlySet<string> = new Set([
  ...[
    'connection',
    'keep-alive',
    'proxy-connection',
    'transfer-encoding',
    'upgrade',
    'host',
    'http2-settings',
  ],
])

const defaultTimeoutMs = 600_000
const userAgent = 'washi-http-client'

/** Where a request goes. Throws ClientError for what is no URL of HTTP. */
export function urlOf({ scheme, authority, pathWithQuery, method }: OutgoingRequest): URL {
  const protocol = scheme === undefined ? 'https' : (scheme.val ?? scheme.tag).toLowerCase()
  const path = pathWithQuery ?? '/'
  if (method.tag === 'connect') throw new ClientError({ tag: 'HTTP-request-method-invalid' })
  const isKnown = protocol === 'http' || protocol === 'https'
  if (!isKnown || !authority || /[/?#\\@\s]/.test(authority) || !/^[/*?]/.test(path)) {
    throw new ClientError({ tag: 'HTTP-request-URI-invalid' })
  }
  try {
    return new URL(`${protocol}://${authority}`)
  } catch {
    throw new ClientError({ tag: 'HTTP-request-URI-invalid' })
  }
}

/** What sends a request. */
export interface RequestMeans {
  readonly url: URL
  readonly agent: Agent
  readonly options: RequestOptions | undefined
  readonly signal: AbortSignal
}

/** Sends the request; resolves with the response when its head is there, while the body may still be sent. */
export async function sendRequest(outgoing: OutgoingRequest, means: RequestMeans): Promise<IncomingMessage> {
  const { url, agent, options, signal } = means
  signal.throwIfAborted()
  const path = outgoing.pathWithQuery ?? '/'
  const sent = (url.protocol === 'https:' ? requestHttps : requestHttp)({
    agent,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? undefined : url.port,
    path: path.startsWith('?') ? `/${path}` : path,
    method: (outgoing.method.val ?? outgoing.method.tag).toUpperCase(),
  })
  const onAbort = (): void => void sent.destroy(new Error('the caller is gone'))
  signal.addEventListener('abort', onAbort, { once: true })
  sent.once('close', () => signal.removeEventListener('abort', onAbort))
  // A body of another length than it says would be taken for the next request.
  Object.assign(sent, { strictContentLength: true })
  setHeaders(sent, outgoing.headers)
  const response = responseOf(sent, options)
  sendBody(sent, outgoing).catch((cause: unknown) => sent.destroy(cause as Error))
  return await response
}

function setHeaders(sent: ClientRequest, headers: WireFields): void {
  const named = headers.map(([name, values]) => [name.toLowerCase(), values] as const)
  const dropped = new Set(ownHeaders)
  for (const [name, values] of named) {
    if (name !== 'connection') continue
    for (const value of values)
      for (const one of Buffer.from(value).toString('latin1').split(',')) dropped.add(one.trim())
  }
  if (!named.some(([name]) => name === 'user-agent')) sent.setHeader('user-agent', userAgent)
  for (const [name, values] of named) {
    if (dropped.has(name)) continue
    const texts = values.map((value) => Buffer.from(value).toString('latin1'))
    // One length, or a server might take another one than we send.
    const [first = ''] = texts
    sent.setHeader(name, name === 'content-length' ? first : texts)
  }
}

async function responseOf(
  sent: ClientRequest,
  options: RequestOptions | undefined,
): Promise<IncomingMessage> {
  const limit = (ms: number, tag: string): NodeJS.Timeout =>
    setTimeout(() => void sent.destroy(new ClientError({ tag })), ms)
  const connecting = limit(toMs(options?.connectTimeout), 'connection-timeout')
  let waiting: NodeJS.Timeout | undefined
  const onReady = (): void => {
    clearTimeout(connecting)
    waiting ??= limit(toMs(options?.firstByteTimeout), 'connection-read-timeout')
  }
  sent.once('socket', (socket) => {
    if (!socket.connecting) return onReady()
    socket.once('encrypted' in socket ? 'secureConnect' : 'connect', onReady)
  })
  try {
    return await new Promise<IncomingMessage>((resolve, reject) => {
      sent.once('response', resolve)
      // Stays: what happens after the response is told by the body.
      sent.on('error', reject)
      sent.once('close', () => reject(new ClientError({ tag: 'connection-terminated' })))
    })
  } finally {
    clearTimeout(connecting)
    clearTimeout(waiting)
  }
}

async function sendBody(sent: ClientRequest, { body, trailers, method }: OutgoingRequest): Promise<void> {
  const hasLength = sent.hasHeader('content-length')
  // Methods that mostly have no body: a frame for one only where one comes.
  const isPlain = ['get', 'head', 'delete', 'options', 'trace'].includes(method.tag)
  if (!isPlain) {
    if (!hasLength) sent.setHeader('transfer-encoding', 'chunked')
    sent.flushHeaders()
  }
  for await (const chunk of body) {
    if (sent.destroyed) return
    if (!sent.headersSent && !hasLength) sent.setHeader('transfer-encoding', 'chunked')
    if (!sent.write(chunk)) await writable(sent)
  }
  const fields = await trailers
  if (fields && fields.length > 0 && sent.headersSent && !hasLength) sent.addTrailers(toPairs(fields))
  sent.end()
}

async function writable(sent: ClientRequest): Promise<void> {
  if (sent.destroyed) return
  const over = new AbortController()
  const { signal } = over
  await Promise.race([once(sent, 'drain', { signal }), once(sent, 'close', { signal })])
    .catch(() => undefined) // responseOf() tells of errors
    .finally(() => over.abort())
}

function toPairs(fields: WireFields): [string, string][] {
  const raw = fromWireFields(fields)
  return Array.from({ length: raw.length / 2 }, (_, index) => [
    raw[2 * index] ?? '',
    raw[2 * index + 1] ?? '',
  ])
}

/** Whole milliseconds, at least one; the default where there is none. */
export function toMs(nanoseconds: bigint | undefined): number {
  if (nanoseconds === undefined) return defaultTimeoutMs
  return Math.min(Math.max(Number(nanoseconds / 1_000_000n), 1), 2 ** 31 - 1)
}
