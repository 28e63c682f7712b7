import { request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http'
import type { RpcTarget } from '#washi/host/rpc-exchange.js'
import { outgoingHandler, trailersValue } from '#washi/wit/wire/http.js'
import type { ServedCall } from './served-call.js'
import {
  createValueTarget,
  err,
  ok,
  receiveBytes,
  receiveValue,
  sendBytes,
  sendValue,
  WithStreams,
} from './value-target.js'

type WireFields = readonly (readonly [string, readonly Uint8Array[]])[]

interface WireRequest {
  readonly method: { readonly tag: string; readonly val?: string }
  readonly scheme: { readonly tag: string; readonly val?: string } | undefined
  readonly authority: string | undefined
  readonly pathWithQuery: string | undefined
  readonly headers: WireFields
}

interface WireOptions {
  readonly connectTimeout: bigint | undefined
  readonly firstByteTimeout: bigint | undefined
  readonly betweenBytesTimeout: bigint | undefined
}

const nanosecondsPerMillisecond = 1_000_000n

/** An HTTP client as a provider serves it; it makes real requests, of http alone. */
export function createHttpClient(): RpcTarget {
  return createValueTarget([outgoingHandler], {
    handle: async ([request, options], call) => {
      const client = startRequest(request as WireRequest, options as WireOptions | undefined)
      if (!('sent' in client)) return err(client)
      call.signal.addEventListener('abort', () => client.sent.destroy(), { once: true })
      sendBody(client.sent, call).catch((cause: unknown) => client.sent.destroy(cause as Error))
      try {
        return answer(await client.response, call)
      } catch (cause) {
        return err(toErrorCode(cause))
      }
    },
  })
}

function drained(sent: ClientRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const onDrain = (): void => {
      sent.off('close', onClose)
      resolve()
    }
    const onClose = (): void => {
      sent.off('drain', onDrain)
      reject(new Error('the connection is closed'))
    }
    sent.once('drain', onDrain)
    sent.once('close', onClose)
  })
}

interface StartedRequest {
  readonly sent: ClientRequest
  readonly response: Promise<IncomingMessage>
}

function startRequest(
  { method, scheme, authority, pathWithQuery, headers }: WireRequest,
  options: WireOptions | undefined,
): StartedRequest | { readonly tag: string } {
  if (scheme?.tag !== 'HTTP') return { tag: 'HTTP-protocol-error' }
  if (authority === undefined || authority === '') return { tag: 'HTTP-request-URI-invalid' }
  const { hostname, port } = new URL(`http://${authority}`)
  const sent = requestHttp({
    hostname,
    port,
    path: pathWithQuery ?? '/',
    method: (method.val ?? method.tag).toUpperCase(),
    agent: false,
  })
  for (const [name, values] of headers) {
    sent.setHeader(
      name,
      values.map((value) => Buffer.from(value).toString('latin1')),
    )
  }
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve)
    sent.once('error', reject)
  })
  const firstByteMs = options?.firstByteTimeout
  if (firstByteMs !== undefined) {
    const expire = (): void => void sent.destroy(new Error('no response in time', { cause: 'timeout' }))
    const timer = setTimeout(expire, Number(firstByteMs / nanosecondsPerMillisecond))
    const clear = (): void => clearTimeout(timer)
    sent.once('response', clear)
    sent.once('close', clear)
  }
  return { sent, response }
}

async function sendBody(sent: ClientRequest, call: ServedCall): Promise<void> {
  for await (const bytes of receiveBytes(call, '0.0')) {
    if (!sent.write(bytes)) await drained(sent)
  }
  const trailers = (await receiveValue(call, '0.1', trailersValue)) as WireFields | undefined
  if (trailers !== undefined) sent.addTrailers(toRaw(trailers))
  sent.end()
}

function answer(message: IncomingMessage, call: ServedCall): WithStreams {
  const result = ok({
    body: undefined,
    trailers: undefined,
    status: message.statusCode ?? 0,
    headers: toWireFields(message.rawHeaders),
  })
  return new WithStreams(result, async () => {
    await sendBytes(call, '0.0', message)
    const { rawTrailers } = message
    const value = rawTrailers.length > 0 ? toWireFields(rawTrailers) : undefined
    await sendValue(call, { path: '0.1', type: trailersValue, value })
  })
}

function toErrorCode(cause: unknown): { readonly tag: string; readonly val?: unknown } {
  const { code, message, cause: reason } = cause as NodeJS.ErrnoException & { readonly cause?: unknown }
  if (reason === 'timeout') return { tag: 'connection-read-timeout' }
  switch (code) {
    case 'ECONNREFUSED':
      return { tag: 'connection-refused' }
    case 'ECONNRESET':
      return { tag: 'connection-terminated' }
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { tag: 'DNS-error', val: { rcode: code, infoCode: undefined } }
    default:
      return { tag: 'internal-error', val: message }
  }
}

function toWireFields(raw: readonly string[]): WireFields {
  const byName = new Map<string, Uint8Array[]>()
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase()
    byName.set(name, [...(byName.get(name) ?? []), Buffer.from(raw[index + 1] ?? '', 'latin1')])
  }
  return [...byName]
}

function toRaw(fields: WireFields): [string, string][] {
  return fields.flatMap(([name, values]) =>
    values.map((value): [string, string] => [name, Buffer.from(value).toString('latin1')]),
  )
}
