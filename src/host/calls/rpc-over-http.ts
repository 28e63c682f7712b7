import { encodeStreamChunk, StreamChunkDecoder, streamEnd } from '../../wit/codec/byte-stream.js'
import { messageOf } from '../../core/errors.js'
import type { CallFailure, HttpAnswerSink, HttpCall, HttpTarget } from '../http-exchange.js'
import type { RpcAnswerSink, RpcCall, RpcTarget } from '../rpc-exchange.js'
import {
  bodyPath,
  decodeTrailers,
  encodeTrailers,
  readyTrailers,
  requestCodec,
  responseCodec,
  toRequestHead,
  toWireFields,
  trailersPath,
  type WireRequest,
} from './http-wire.js'
import { refuseCall } from './refused-call.js'

/** Trailers beyond this are refused. */
const maxTrailerBytes = 64 * 1024

/** Answers `wrpc:http/incoming-handler.handle` by what handles requests. */
export function createRpcOverHttp(target: HttpTarget): RpcTarget {
  return {
    invoke({ params }, sink) {
      let request: WireRequest
      try {
        ;[request] = requestCodec.decode(params) as [WireRequest]
      } catch (thrown) {
        return refuseCall(sink, {
          kind: 'bad-value',
          message: `The request cannot be read: ${messageOf(thrown)}`,
        })
      }
      return new RequestOverRpc(target, request, sink)
    },
  }
}

/** A request that comes in pieces on its paths, and its answer. */
class RequestOverRpc implements RpcCall, HttpAnswerSink {
  readonly #sink: RpcAnswerSink
  readonly #call: HttpCall
  readonly #chunks = new StreamChunkDecoder()
  #trailers: Uint8Array[] = []
  /** Trailers that came complete with the request. */
  readonly #readyTrailers: readonly string[] | undefined
  #trailerBytes = 0
  #isBodyEnded = false
  #areTrailersEnded = false
  #isOver = false

  constructor(target: HttpTarget, request: WireRequest, sink: RpcAnswerSink) {
    this.#sink = sink
    const { body, trailers } = request
    this.#areTrailersEnded = trailers.isReady
    if (trailers.isReady) this.#readyTrailers = readyTrailers(trailers)
    this.#isBodyEnded = body.isReady
    this.#call = target.handleHttp(toRequestHead(request), true, this)
    if (body.isReady) this.#call.write(body.value as Uint8Array) // bytes of a stream<u8>
    this.#endIfComplete()
  }

  write(path: string, bytes: Uint8Array): boolean {
    if (this.#isOver) return true
    try {
      if (path === bodyPath) return this.#writeBody(bytes)
      if (path === trailersPath) this.#addTrailers(bytes)
    } catch (thrown) {
      this.#breakOff({ kind: 'bad-value', message: `The request cannot be read: ${messageOf(thrown)}` })
    }
    return true
  }

  end(path: string): void {
    if (path === bodyPath) this.#isBodyEnded = true
    if (path === trailersPath) this.#areTrailersEnded = true
    this.#endIfComplete()
  }

  resume(path: string): void {
    if (path === bodyPath) this.#call.resume()
  }

  cancel(): void {
    this.#isOver = true
    this.#call.cancel()
  }

  onHead(status: number, rawHeaders: readonly string[]): void {
    const response = { status, headers: toWireFields(rawHeaders) }
    this.#sink.onResult(responseCodec.encode([{ tag: 'ok', val: response }]))
  }

  onChunk(chunk: Uint8Array): boolean {
    return chunk.length === 0 || this.#sink.onData(bodyPath, encodeStreamChunk(chunk))
  }

  onEnd(rawTrailers: readonly string[]): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#sink.onData(bodyPath, streamEnd)
    this.#sink.onDataEnd(bodyPath)
    // Always, also where there are none: peers wait for them.
    this.#sink.onData(trailersPath, encodeTrailers(rawTrailers))
    this.#sink.onDataEnd(trailersPath)
    this.#sink.onEnd()
  }

  onFailure(failure: CallFailure): void {
    if (this.#isOver) return
    this.#isOver = true
    if (failure.kind !== 'error-code') return this.#sink.onFailure(failure)
    const code = { tag: 'internal-error', val: failure.message }
    this.#sink.onResult(responseCodec.encode([{ tag: 'err', val: code }]))
    this.#sink.onEnd()
  }

  onDrain(): void {
    this.#sink.onDrain(bodyPath)
  }

  #writeBody(bytes: Uint8Array): boolean {
    let hasRoom = true
    for (const piece of this.#chunks.push(bytes)) hasRoom = this.#call.write(piece)
    if (this.#chunks.isEnded) this.end(bodyPath)
    return hasRoom
  }

  #addTrailers(bytes: Uint8Array): void {
    this.#trailerBytes += bytes.length
    if (this.#trailerBytes > maxTrailerBytes) throw new Error(`its trailers exceed ${maxTrailerBytes} bytes`)
    this.#trailers.push(bytes)
  }

  #endIfComplete(): void {
    if (!this.#isBodyEnded || !this.#areTrailersEnded || this.#isOver) return
    try {
      this.#call.end(this.#readyTrailers ?? decodeTrailers(Buffer.concat(this.#trailers)))
    } catch (thrown) {
      this.#breakOff({ kind: 'bad-value', message: `The trailers cannot be read: ${messageOf(thrown)}` })
    }
  }

  #breakOff(failure: CallFailure): void {
    this.#isOver = true
    this.#call.cancel()
    this.#sink.onFailure(failure)
  }
}
