import { messageOf } from '../../core/errors.js'
import { createTupleCodec, type TupleCodec } from '../../wit/codec/create-tuple-codec.js'
import type { ValueType } from '../../wit/model.js'
import type { WireInterface } from '../../wit/wire/wire-interface.js'
import type { CallFailure } from '../http-exchange.js'
import type { ProviderCall } from '../provider.js'
import type { RpcAnswerSink, RpcCall, RpcRequest, RpcTarget } from '../rpc-exchange.js'
import { AsyncParam } from './async-param.js'
import { asDecoded, findAsync, replaceAsync } from './async-values.js'
import { refuseCall } from './refused-call.js'
import { sendAsync, type ResultOutlet } from './send-async.js'

/** What answers calls with values. */
export type AnswerCall = (call: ProviderCall) => Promise<unknown>

/** Answers the functions of wire interfaces: decodes at the door what comes in, and encodes what goes out. */
export function createProviderTarget(wire: readonly WireInterface[], answer: AnswerCall): RpcTarget {
  const served = new Map(
    wire.flatMap(({ name: instance, functions }) =>
      functions.map(({ name, params, result }) => [`${instance} ${name}`, codecsOf(params, result)] as const),
    ),
  )
  return {
    invoke(request, sink) {
      const name = `${request.instance}.${request.function}`
      const codecs = served.get(`${request.instance} ${request.function}`)
      if (!codecs) return refuseCall(sink, { kind: 'unavailable', message: `The provider has no ${name}` })
      let args: unknown[]
      try {
        args = codecs.params.decode(request.params)
      } catch (thrown) {
        const message = `The parameters of ${name} cannot be read: ${messageOf(thrown)}`
        return refuseCall(sink, { kind: 'bad-value', message })
      }
      const call = new ValueCall(request, sink)
      // Not before invoke() has returned.
      queueMicrotask(() => void call.run(answer, codecs, args))
      return call
    },
  }
}

interface FunctionCodecs {
  readonly params: TupleCodec
  readonly result: TupleCodec
  readonly paramTypes: readonly ValueType[]
  readonly resultType: ValueType | undefined
}

function codecsOf(
  params: readonly { readonly type: ValueType }[],
  result: ValueType | undefined,
): FunctionCodecs {
  const paramTypes = params.map(({ type }) => type)
  return {
    params: createTupleCodec(paramTypes, { what: 'params' }),
    result: createTupleCodec(result ? [result] : [], { what: 'result' }),
    paramTypes,
    resultType: result,
  }
}

/** One call as a provider answers it. */
class ValueCall implements RpcCall, ResultOutlet {
  readonly #request: RpcRequest
  readonly #sink: RpcAnswerSink
  readonly #abort = new AbortController()
  readonly #params = new Map<string, AsyncParam>()
  readonly #resumes = new Map<string, () => void>()
  #isOver = false

  constructor(request: RpcRequest, sink: RpcAnswerSink) {
    this.#request = request
    this.#sink = sink
    for (const path of request.asyncParams) {
      this.#params.set(path, new AsyncParam(() => this.#isOver || sink.onDrain(path)))
    }
  }

  /** Never rejects. */
  async run(answer: AnswerCall, codecs: FunctionCodecs, args: readonly unknown[]): Promise<void> {
    try {
      if (this.#abort.signal.aborted) return
      const result = await answer(this.#toProviderCall(codecs, args))
      if (this.#isOver) return await abandonResults(codecs, result)
      await this.#answer(codecs, result)
    } catch (thrown) {
      this.#fail({ kind: 'trap', message: messageOf(thrown) })
    } finally {
      for (const param of this.#params.values()) param.abandon()
    }
  }

  write(path: string, bytes: Uint8Array): boolean {
    return this.#params.get(path)?.push(bytes) ?? true
  }

  end(path: string): void {
    this.#params.get(path)?.end()
  }

  resume(path: string): void {
    const wake = this.#resumes.get(path)
    this.#resumes.delete(path)
    wake?.()
  }

  cancel(): void {
    if (this.#isOver) return
    this.#isOver = true
    const gone = new Error('the caller is gone')
    this.#abort.abort(gone)
    for (const param of this.#params.values()) param.fail(gone)
    for (const path of [...this.#resumes.keys()]) this.resume(path)
  }

  async send(path: string, bytes: Uint8Array): Promise<void> {
    this.#abort.signal.throwIfAborted()
    if (this.#sink.onData(path, bytes)) return
    await new Promise<void>((resolve) => this.#resumes.set(path, resolve))
    this.#abort.signal.throwIfAborted()
  }

  sendEnd(path: string): void {
    if (!this.#isOver) this.#sink.onDataEnd(path)
  }

  #toProviderCall({ paramTypes }: FunctionCodecs, args: readonly unknown[]): ProviderCall {
    const { sourceId, linkName, instance, function: name } = this.#request
    const readable =
      this.#params.size === 0
        ? args
        : paramTypes.map((type, index) =>
            replaceAsync(type, args[index], String(index), (place) => this.#open(place)),
          )
    return { sourceId, linkName, instance, function: name, args: readable, signal: this.#abort.signal }
  }

  /** A stream or future among the parameters as the provider reads it. */
  #open({ type, path, value }: ReturnType<typeof findAsync>[number]): unknown {
    const decoded = asDecoded(value)
    const param = this.#params.get(path)
    if (type.kind === 'future') {
      if (decoded.isReady || !param) return Promise.resolve(decoded.value)
      const settled = param.value(type.element)
      // A provider may leave it alone.
      settled.catch(() => undefined)
      return settled
    }
    if (decoded.isReady || !param) return oneChunk(decoded.value as Uint8Array) // bytes of a stream<u8>
    return param.bytes()
  }

  async #answer({ result: codec, resultType }: FunctionCodecs, result: unknown): Promise<void> {
    const streams = resultType ? findAsync(resultType, result, '0') : []
    this.#sink.onResult(codec.encode(resultType ? [result] : []))
    await Promise.all(streams.map((place) => sendAsync(place, this)))
    if (this.#isOver) return
    this.#isOver = true
    this.#sink.onEnd()
  }

  #fail(failure: CallFailure): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#abort.abort(new Error(failure.message))
    for (const path of [...this.#resumes.keys()]) this.resume(path)
    this.#sink.onFailure(failure)
  }
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes
}

/** Ends the streams of a result that nobody waits for. */
async function abandonResults({ resultType }: FunctionCodecs, result: unknown): Promise<void> {
  if (!resultType) return
  for (const { type, value } of findAsync(resultType, result, '0')) {
    if (type.kind === 'future') (value as Promise<unknown>).catch(() => undefined)
    else await (value as AsyncIterable<unknown>)[Symbol.asyncIterator]().return?.()
  }
}
