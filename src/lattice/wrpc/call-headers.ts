import { encodeHeaders, type HeaderBlock } from '../raw-message.js'
import type { WrpcRequest } from './exchange.js'

/** Blocks that are kept for the next call of the same source over the same link. */
const maxKept = 256

/** Encodes the headers of calls, those without a trace once. */
export class CallHeaders {
  readonly #kept = new Map<string, HeaderBlock | undefined>()

  /** Undefined where a call says nothing of itself. */
  encode(request: WrpcRequest): HeaderBlock | undefined {
    if (request.traceparent !== undefined || request.tracestate !== undefined) return encode(request)
    const key = `${request.sourceId}\n${request.linkName}\n${request.targetId ?? ''}`
    if (this.#kept.has(key)) return this.#kept.get(key)
    const block = encode(request)
    if (this.#kept.size >= maxKept) this.#kept.clear()
    this.#kept.set(key, block)
    return block
  }
}

function encode(request: WrpcRequest): HeaderBlock | undefined {
  const { sourceId, linkName, targetId, traceparent, tracestate } = request
  const headers: Record<string, string> = {}
  if (sourceId !== '') headers['source-id'] = sourceId
  if (linkName !== '') headers['link-name'] = linkName
  if (targetId !== undefined) headers['target-id'] = targetId
  if (traceparent !== undefined) headers['traceparent'] = traceparent
  if (tracestate !== undefined) headers['tracestate'] = tracestate
  return Object.keys(headers).length === 0 ? undefined : encodeHeaders(headers)
}
