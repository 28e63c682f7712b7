import type { LinkedCallRequest } from '../host/engine/guest-pool.js'
import type { CallFailure } from '../host/http-exchange.js'
import type { RpcAnswerSink, RpcCall } from '../host/rpc-exchange.js'
import { encodeStreamChunk, StreamChunkDecoder, streamEnd } from '../wit/codec/byte-stream.js'
import { createTupleCodec, type TupleCodec } from '../wit/codec/create-tuple-codec.js'
import type { ValueType } from '../wit/model.js'
import type { WireFunction } from '../wit/wire/wire-interface.js'

/** A function with streams among its parameters or as its result, and what stands for it. */
export interface StreamingFake {
  readonly declared: WireFunction
  readonly codecs: { readonly params: TupleCodec; readonly result: TupleCodec }
  /** Returns the result as a value: a result<> with its tag. */
  readonly answer: (args: readonly unknown[]) => Promise<unknown>
  readonly report: (thrown: unknown) => CallFailure
}

/**
 * Answers a call with streams: a `stream<u8>` among the parameters is given as an iterable of pieces, and one that is the
 * result is taken as bytes, or as an iterable (also an asynchronous one) of pieces or elements.
 */
export function answerStreaming(
  request: LinkedCallRequest,
  sink: RpcAnswerSink,
  fake: StreamingFake,
): RpcCall {
  const call = new StreamingCall(request, sink)
  // Not before this has returned.
  queueMicrotask(() => void call.answer(request, fake))
  return call
}

class StreamingCall implements RpcCall {
  readonly #sink: RpcAnswerSink
  readonly #params = new Map<string, ArrivingBytes>()
  #isCancelled = false
  #onResumed: () => void = () => undefined

  constructor({ asyncParams }: LinkedCallRequest, sink: RpcAnswerSink) {
    this.#sink = sink
    for (const path of asyncParams) this.#params.set(path, new ArrivingBytes())
  }

  async answer(
    request: LinkedCallRequest,
    { declared, codecs, answer, report }: StreamingFake,
  ): Promise<void> {
    try {
      const args = codecs.params
        .decode(request.params)
        .map((value, index) => this.#params.get(String(index)) ?? value)
      const result = await answer(args)
      if (this.#isCancelled) return
      this.#sink.onResult(codecs.result.encode([result]))
      for (const path of request.asyncResults) await this.#send(path, declared.result, result)
      if (!this.#isCancelled) this.#sink.onEnd()
    } catch (thrown) {
      if (!this.#isCancelled) this.#sink.onFailure(report(thrown))
    }
  }

  write(path: string, bytes: Uint8Array): boolean {
    this.#params.get(path)?.push(bytes)
    return true
  }

  end(path: string): void {
    this.#params.get(path)?.end()
  }

  resume(): void {
    this.#onResumed()
  }

  cancel(): void {
    this.#isCancelled = true
    for (const bytes of this.#params.values()) bytes.end()
    this.#onResumed()
  }

  async #send(path: string, type: ValueType | undefined, result: unknown): Promise<void> {
    const { stream, value } = streamOf(type, result)
    if (stream !== undefined) {
      for await (const chunk of chunksOf(stream, value)) await this.#sendBytes(path, chunk)
      await this.#sendBytes(path, streamEnd.slice())
    }
    if (!this.#isCancelled) this.#sink.onDataEnd(path)
  }

  async #sendBytes(path: string, bytes: Uint8Array): Promise<void> {
    if (this.#isCancelled || this.#sink.onData(path, bytes)) return
    await new Promise<void>((resolve) => (this.#onResumed = resolve))
  }
}

interface FoundStream {
  /** Undefined where the result holds none: it is an error. */
  readonly stream: ValueType | undefined
  readonly value: unknown
}

function streamOf(type: ValueType | undefined, value: unknown): FoundStream {
  if (type?.kind === 'stream') return { stream: type.element, value }
  if (type?.kind !== 'result') return { stream: undefined, value }
  const { tag, val } = value as { readonly tag: 'ok' | 'err'; readonly val: unknown } // encoded as such
  return tag === 'ok' ? streamOf(type.ok, val) : { stream: undefined, value }
}

/** The chunks of a stream on its path. */
async function* chunksOf(element: ValueType, value: unknown): AsyncGenerator<Uint8Array> {
  if (element.kind === 'u8') {
    const pieces = value instanceof Uint8Array ? [value] : (value as AsyncIterable<Uint8Array>) // as documented
    for await (const piece of pieces) if (piece.length > 0) yield encodeStreamChunk(piece)
    return
  }
  const codec = createTupleCodec([{ kind: 'list', element }])
  for await (const item of value as AsyncIterable<unknown>) yield codec.encode([[item]]) // as documented
}

/** The pieces of a `stream<u8>` as they arrive. */
class ArrivingBytes implements AsyncIterable<Uint8Array> {
  readonly #chunks = new StreamChunkDecoder()
  #pieces: Uint8Array[] = []
  #isEnded = false
  #wake: () => void = () => undefined

  push(bytes: Uint8Array): void {
    // Copies: what is written may be part of a larger buffer.
    for (const piece of this.#chunks.push(bytes)) this.#pieces.push(new Uint8Array(piece))
    this.#wake()
  }

  end(): void {
    this.#isEnded = true
    this.#wake()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const piece = this.#pieces.shift()
      if (piece !== undefined) yield piece
      else if (this.#isEnded || this.#chunks.isEnded) return
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}
