import { createTupleCodec } from '../../wit/codec/create-tuple-codec.js'
import type { AsyncValue } from '../../wit/codec/async-value.js'
import { incomingHandler, trailersValue } from '../../wit/wire/http.js'
import { wireFunction } from '../../wit/wire/wire-interface.js'
import type { HttpRequestHead } from '../http-exchange.js'

const handle = wireFunction(incomingHandler, 'handle')

/** Encoders and decoders of the one function of wrpc:http, of which both handlers have the same request and response. */
export const requestCodec = createTupleCodec(
  handle.params.map(({ type }) => type),
  { what: 'request' },
)
export const responseCodec = createTupleCodec(handle.result ? [handle.result] : [], { what: 'response' })
export const trailersCodec = createTupleCodec([trailersValue], { what: 'trailers' })

/** Where bodies and trailers are, in requests and in responses. */
export const bodyPath = '0.0'
export const trailersPath = '0.1'
export const httpPaths = [bodyPath, trailersPath] as const

/** Fields on the wire: one entry for each name. */
export type WireFields = readonly (readonly [name: string, values: readonly Uint8Array[]])[]

/** A variant with a case for the names that have none of their own. */
export interface TaggedName {
  readonly tag: string
  readonly val?: string | undefined
}

/** A request as it is decoded. */
export interface WireRequest {
  readonly body: AsyncValue
  readonly trailers: AsyncValue
  readonly method: TaggedName
  readonly pathWithQuery: string | undefined
  readonly scheme: TaggedName | undefined
  readonly authority: string | undefined
  readonly headers: WireFields
}

/** A response as it is decoded. */
export interface WireResponse {
  readonly body: AsyncValue
  readonly trailers: AsyncValue
  readonly status: number
  readonly headers: WireFields
}

/** What `handle` returns, as it is decoded. */
export type WireAnswer =
  | { readonly tag: 'ok'; readonly val: WireResponse }
  | { readonly tag: 'err'; readonly val: { readonly tag: string; readonly val?: unknown } }

const methods = ['get', 'head', 'post', 'put', 'delete', 'connect', 'options', 'trace', 'patch']

/** The head of a request for a guest. */
export function toRequestHead(request: WireRequest): HttpRequestHead {
  const { method, scheme } = request
  return {
    method: method.tag === 'other' ? (method.val ?? '') : method.tag.toUpperCase(),
    scheme: scheme?.tag === 'HTTPS' ? 'https' : 'http',
    authority: request.authority ?? '',
    path: request.pathWithQuery ?? '/',
    rawHeaders: fromWireFields(request.headers),
  }
}

/** The request that a head stands for; its body and trailers follow on their paths. */
export function fromRequestHead(head: HttpRequestHead): object {
  const method = head.method.toLowerCase()
  return {
    method: methods.includes(method) ? { tag: method } : { tag: 'other', val: head.method },
    pathWithQuery: head.path,
    scheme: { tag: head.scheme === 'https' ? 'HTTPS' : 'HTTP' },
    authority: head.authority,
    headers: toWireFields(head.rawHeaders),
  }
}

/** Groups alternating names and values by lower-case name: Rust hosts refuse a name that comes twice. */
export function toWireFields(raw: readonly string[]): WireFields {
  const values = new Map<string, Uint8Array[]>()
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase()
    const value = Buffer.from(raw[index + 1] ?? '', 'latin1')
    const known = values.get(name)
    if (known) known.push(value)
    else values.set(name, [value])
  }
  return [...values]
}

/** Alternating names and values, one char for each byte. */
export function fromWireFields(fields: WireFields): string[] {
  return fields.flatMap(([name, values]) =>
    values.flatMap((value) => [
      name,
      Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1'),
    ]),
  )
}

/** Trailers as the value of their future. */
export function encodeTrailers(raw: readonly string[]): Uint8Array {
  return trailersCodec.encode([raw.length === 0 ? undefined : toWireFields(raw)])
}

/** The trailers that a future held; none where it ended without a value. Throws WireError. */
export function decodeTrailers(bytes: Uint8Array): readonly string[] {
  if (bytes.length === 0) return []
  const [fields] = trailersCodec.decode(bytes) as [WireFields | undefined]
  return fields === undefined ? [] : fromWireFields(fields)
}

/** The trailers of a future that came complete in place. */
export function readyTrailers({ value }: AsyncValue): readonly string[] {
  return value === undefined ? [] : fromWireFields(value as WireFields) // as decoded
}
