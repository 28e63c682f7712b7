import type { LinkedCallRequest } from '../host/engine/guest-pool.js'
import { errorPayload } from '../host/engine/linker/runtime/errors.js'
import type { CallFailure } from '../host/http-exchange.js'
import type { RpcAnswerSink, RpcCall } from '../host/rpc-exchange.js'
import { encodeStreamChunk, StreamChunkDecoder, streamEnd } from '../wit/codec/byte-stream.js'
import { createTupleCodec } from '../wit/codec/create-tuple-codec.js'
import { outgoingHandler, trailersValue } from '../wit/wire/http.js'
import { wireFunction } from '../wit/wire/wire-interface.js'

/** Stands for `wasi:http/outgoing-handler`: answers requests as fetch() does, or throws an error-code of wasi:http. */
export type FetchFake = (request: Request) => Response | Promise<Response>

/** Where the parts of requests and responses are: both have their body and trailers first. */
const bodyPath = '0.0'
const trailersPath = '0.1'

const { params, result } = wireFunction(outgoingHandler, 'handle')
const paramsCodec = createTupleCodec(params.map(({ type }) => type))
const resultCodec = createTupleCodec(result ? [result] : [])
const trailersCodec = createTupleCodec([trailersValue])

/** What a request is answered with. */
export interface FetchAnswerOptions {
  readonly fake: FetchFake
  /** Makes the failure of the call from what the fake threw. */
  readonly report: (thrown: unknown) => CallFailure
}

/** Answers an outgoing request of a component; bodies stream both ways. */
export function answerFetch(
  request: LinkedCallRequest,
  sink: RpcAnswerSink,
  options: FetchAnswerOptions,
): RpcCall {
  const call = new FetchCall(sink)
  // Not before this has returned.
  queueMicrotask(() => void call.answer(request, options))
  return call
}

type WireFields = readonly (readonly [string, readonly Uint8Array[]])[]

interface WireRequest {
  readonly method: { readonly tag: string; readonly val?: string }
  readonly scheme: { readonly tag: string; readonly val?: string } | undefined
  readonly authority: string | undefined
  readonly pathWithQuery: string | undefined
  readonly headers: WireFields
}

class FetchCall implements RpcCall {
  readonly #sink: RpcAnswerSink
  readonly #abort = new AbortController()
  readonly #chunks = new StreamChunkDecoder()
  readonly #body: ReadableStream<Uint8Array>
  #bodyController: ReadableStreamDefaultController<Uint8Array> | undefined
  #onResumed: () => void = () => undefined

  constructor(sink: RpcAnswerSink) {
    this.#sink = sink
    this.#body = new ReadableStream<Uint8Array>({
      start: (controller) => void (this.#bodyController = controller),
      pull: () => {
        if (!this.#abort.signal.aborted) sink.onDrain(bodyPath)
      },
      cancel: () => void (this.#bodyController = undefined),
    })
  }

  async answer(request: LinkedCallRequest, { fake, report }: FetchAnswerOptions): Promise<void> {
    try {
      const [head] = paramsCodec.decode(request.params) as [WireRequest, unknown]
      await this.#send(await fake(this.#toRequest(head)))
    } catch (thrown) {
      if (!this.#abort.signal.aborted) this.#refuse(thrown, report)
    }
  }

  write(path: string, bytes: Uint8Array): boolean {
    if (path !== bodyPath || this.#bodyController === undefined) return true
    // Copies: what is written may be part of a larger buffer.
    for (const piece of this.#chunks.push(bytes)) this.#bodyController.enqueue(new Uint8Array(piece))
    return (this.#bodyController.desiredSize ?? 1) > 0
  }

  end(path: string): void {
    if (path !== bodyPath) return
    this.#bodyController?.close()
    this.#bodyController = undefined
  }

  resume(path: string): void {
    if (path === bodyPath) this.#onResumed()
  }

  cancel(): void {
    this.#abort.abort(new Error('The component has given the request up'))
    this.#bodyController?.error(this.#abort.signal.reason)
    this.#bodyController = undefined
    this.#onResumed()
  }

  #toRequest({ method, scheme, authority, pathWithQuery, headers }: WireRequest): Request {
    const protocol = (scheme?.val ?? scheme?.tag ?? 'http').toLowerCase()
    const url = new URL(pathWithQuery ?? '/', `${protocol}://${authority ?? 'localhost'}`)
    const verb = (method.val ?? method.tag).toUpperCase()
    const body = verb === 'GET' || verb === 'HEAD' ? {} : ({ body: this.#body, duplex: 'half' } as const)
    const pairs = headers.flatMap(([name, values]) =>
      values.map((value): [string, string] => [name, Buffer.from(value).toString('latin1')]),
    )
    return new Request(url, { method: verb, headers: pairs, signal: this.#abort.signal, ...body })
  }

  async #send(response: Response): Promise<void> {
    const headers = [...response.headers].map(([name, value]) => [name, [Buffer.from(value, 'latin1')]])
    const head = { body: undefined, trailers: undefined, status: response.status, headers }
    this.#sink.onResult(resultCodec.encode([{ tag: 'ok', val: head }]))
    for await (const chunk of response.body ?? [])
      if (chunk.length > 0) await this.#sendBody(encodeStreamChunk(chunk))
    await this.#sendBody(streamEnd.slice())
    this.#sink.onDataEnd(bodyPath)
    this.#sink.onData(trailersPath, trailersCodec.encode([undefined]))
    this.#sink.onDataEnd(trailersPath)
    this.#sink.onEnd()
  }

  async #sendBody(bytes: Uint8Array): Promise<void> {
    this.#abort.signal.throwIfAborted()
    if (!this.#sink.onData(bodyPath, bytes)) await new Promise<void>((resolve) => (this.#onResumed = resolve))
    this.#abort.signal.throwIfAborted()
  }

  /** An error-code is the answer; anything else is a fault of the fake. */
  #refuse(thrown: unknown, report: FetchAnswerOptions['report']): void {
    try {
      this.#sink.onResult(resultCodec.encode([{ tag: 'err', val: errorPayload(thrown) }]))
      for (const path of [bodyPath, trailersPath]) this.#sink.onDataEnd(path)
      this.#sink.onEnd()
    } catch {
      this.#sink.onFailure(report(thrown)) // it says more than that it is no error-code
    }
  }
}
