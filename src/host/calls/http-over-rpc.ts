import { encodeStreamChunk, StreamChunkDecoder, streamEnd } from '../../wit/codec/byte-stream.js'
import { messageOf } from '../../core/errors.js'
import { incomingHandler } from '../../wit/wire/http.js'
import type { CallFailure, HttpAnswerSink, HttpCall, HttpRequestHead, HttpTarget } from '../http-exchange.js'
import type { RpcAnswerSink, RpcCall, RpcTarget } from '../rpc-exchange.js'
import {
  bodyPath,
  decodeTrailers,
  encodeTrailers,
  fromRequestHead,
  fromWireFields,
  httpPaths,
  readyTrailers,
  requestCodec,
  responseCodec,
  trailersPath,
  type WireAnswer,
} from './http-wire.js'

/** As whom requests are sent on. */
export interface HttpCaller {
  readonly sourceId: string
  readonly linkName: string
}

/** Sends requests on as calls of `wrpc:http/incoming-handler.handle`. */
export function createHttpOverRpc(target: RpcTarget, caller: HttpCaller): HttpTarget {
  return {
    handleHttp: (head, hasBody, sink) => new RpcOverHttp({ target, caller }, { head, hasBody }, sink),
  }
}

/** A request on its way over wRPC, and the answer that comes back on its paths. */
class RpcOverHttp implements HttpCall, RpcAnswerSink {
  readonly #sink: HttpAnswerSink
  readonly #call: RpcCall
  readonly #chunks = new StreamChunkDecoder()
  #trailers: Uint8Array[] = []
  /** Trailers that came complete with the head. */
  #readyTrailers: readonly string[] | undefined
  /** Whether the body came complete with the head. */
  #isBodyWhole = false
  #isEnded = false
  #isOver = false

  constructor(
    { target, caller }: { readonly target: RpcTarget; readonly caller: HttpCaller },
    { head, hasBody }: { readonly head: HttpRequestHead; readonly hasBody: boolean },
    sink: HttpAnswerSink,
  ) {
    this.#sink = sink
    const request = {
      ...caller,
      instance: incomingHandler.name,
      function: 'handle',
      params: requestCodec.encode([fromRequestHead(head)]),
      asyncParams: httpPaths,
      asyncResults: httpPaths,
    }
    this.#call = target.invoke(request, this)
    if (!hasBody) this.end()
  }

  write(chunk: Uint8Array): boolean {
    if (this.#isEnded || chunk.length === 0) return true
    return this.#call.write(bodyPath, encodeStreamChunk(chunk))
  }

  end(rawTrailers: readonly string[] = []): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#call.write(bodyPath, streamEnd)
    this.#call.end(bodyPath)
    this.#call.write(trailersPath, encodeTrailers(rawTrailers))
    this.#call.end(trailersPath)
  }

  resume(): void {
    this.#call.resume(bodyPath)
  }

  cancel(): void {
    this.#isOver = true
    this.#call.cancel()
  }

  onResult(results: Uint8Array): void {
    try {
      const [answer] = responseCodec.decode(results) as [WireAnswer]
      this.#takeAnswer(answer)
    } catch (thrown) {
      this.#breakOff(`The answer cannot be read: ${messageOf(thrown)}`)
    }
  }

  onData(path: string, bytes: Uint8Array): boolean {
    if (this.#isOver) return true
    if (path === trailersPath) this.#trailers.push(bytes)
    if (path !== bodyPath) return true
    let hasRoom = true
    try {
      for (const piece of this.#chunks.push(bytes)) hasRoom = this.#sink.onChunk(piece)
    } catch (thrown) {
      this.#breakOff(`The answer cannot be read: ${messageOf(thrown)}`)
    }
    return hasRoom
  }

  onDataEnd(): void {
    // The call ends when all paths have.
  }

  onEnd(): void {
    if (this.#isOver) return
    // The wire has no errors: a body that closes without its end was broken off.
    if (!this.#isBodyWhole && !this.#chunks.isEnded) return this.#breakOff('The answer broke off')
    this.#isOver = true
    try {
      this.#sink.onEnd(this.#readyTrailers ?? decodeTrailers(Buffer.concat(this.#trailers)))
    } catch (thrown) {
      this.#sink.onFailure({
        kind: 'bad-value',
        message: `The trailers cannot be read: ${messageOf(thrown)}`,
      })
    }
  }

  onFailure(failure: CallFailure): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#sink.onFailure(failure)
  }

  onDrain(path: string): void {
    if (path === bodyPath && !this.#isOver) this.#sink.onDrain()
  }

  #takeAnswer(answer: WireAnswer): void {
    if (answer.tag === 'err') {
      this.#isOver = true
      const { tag, val } = answer.val
      const detail = typeof val === 'string' ? `: ${val}` : ''
      return this.#sink.onFailure({
        kind: 'error-code',
        message: `The component answered with ${tag}${detail}`,
      })
    }
    const { status, headers, body, trailers } = answer.val
    this.#sink.onHead(status, fromWireFields(headers))
    this.#isBodyWhole = body.isReady
    if (body.isReady) this.#sink.onChunk(body.value as Uint8Array) // bytes of a stream<u8>
    if (trailers.isReady) this.#readyTrailers = readyTrailers(trailers)
  }

  #breakOff(message: string): void {
    this.#isOver = true
    this.#call.cancel()
    this.#sink.onFailure({ kind: 'bad-value', message })
  }
}
