import type { RpcTarget } from '#washi/host/rpc-exchange.js'
import { encodeStreamChunk, StreamChunkDecoder, streamEnd } from '#washi/wit/codec/byte-stream.js'
import { createTupleCodec, type TupleCodec } from '#washi/wit/codec/create-tuple-codec.js'
import type { ValueType } from '#washi/wit/model.js'
import type { WireFunction, WireInterface } from '#washi/wit/wire/wire-interface.js'
import { createTarget, type ServedCall } from './served-call.js'

/** A result as a value. */
export type ResultValue<T = unknown, E = unknown> =
  | { readonly tag: 'ok'; readonly val: T }
  | { readonly tag: 'err'; readonly val: E }

/** The ok side of a result. */
export function ok<T>(val: T): ResultValue<T, never> {
  return { tag: 'ok', val }
}

/** The error side of a result. */
export function err<E>(val: E): ResultValue<never, E> {
  return { tag: 'err', val }
}

/** The result of a function whose streams and futures are sent once the caller has the rest. */
export class WithStreams {
  readonly result: unknown
  readonly send: () => Promise<unknown>

  constructor(result: unknown, send: () => Promise<unknown>) {
    this.result = result
    this.send = send
  }
}

/** Answers a function from its decoded parameters with its result, or with a result and its streams. */
export type ValueFunction = (args: readonly unknown[], call: ServedCall) => unknown

/** Answers the functions of wire interfaces with values; what they throw is the failure of the call. */
export function createValueTarget(
  interfaces: readonly WireInterface[],
  functions: Readonly<Record<string, ValueFunction>>,
): RpcTarget {
  const codecs = new Map(
    interfaces.flatMap((one) =>
      one.functions.map((each) => [`${one.name} ${each.name}`, codecsOf(each)] as const),
    ),
  )
  return createTarget(async (call) => {
    const { instance, function: name, params } = call.request
    const codec = codecs.get(`${instance} ${name}`)
    const answer = functions[name]
    if (codec === undefined || answer === undefined) {
      return call.fail({ kind: 'unavailable', message: `nobody serves ${instance}.${name}` })
    }
    const answered = await answer(codec.params.decode(params), call)
    const { result, send } =
      answered instanceof WithStreams ? answered : { result: answered, send: async () => undefined }
    call.result(codec.result.encode([result]))
    await send()
    call.end()
  })
}

function codecsOf({ params, result }: WireFunction): {
  readonly params: TupleCodec
  readonly result: TupleCodec
} {
  return {
    params: createTupleCodec(params.map((param) => param.type)),
    result: createTupleCodec(result === undefined ? [] : [result]),
  }
}

/** Sends the bytes of a `stream<u8>`. */
export async function sendBytes(
  call: ServedCall,
  path: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  for await (const chunk of chunks) {
    if (chunk.length > 0) await call.send(path, encodeStreamChunk(chunk))
  }
  await call.send(path, streamEnd.slice())
  call.sendEnd(path)
}

/** Sends the elements of a stream of another type, in chunks of some. */
export async function sendElements(
  call: ServedCall,
  { path, element, values }: { path: string; element: ValueType; values: readonly unknown[] },
): Promise<void> {
  const codec = createTupleCodec([{ kind: 'list', element }])
  for (let at = 0; at < values.length; at += 50) {
    await call.send(path, codec.encode([values.slice(at, at + 50)]))
  }
  await call.send(path, streamEnd.slice())
  call.sendEnd(path)
}

/** Sends the value of a future. */
export async function sendValue(
  call: ServedCall,
  { path, type, value }: { path: string; type: ValueType; value: unknown },
): Promise<void> {
  await call.send(path, createTupleCodec([type]).encode([value]))
  call.sendEnd(path)
}

/** Receives the bytes of a `stream<u8>`. */
export async function* receiveBytes(call: ServedCall, path: string): AsyncGenerator<Uint8Array> {
  const decoder = new StreamChunkDecoder()
  for await (const bytes of call.param(path)) {
    for (const piece of decoder.push(bytes)) yield piece
    if (decoder.isEnded) return
  }
}

/** Receives the value of a future; undefined where there is none. */
export async function receiveValue(call: ServedCall, path: string, type: ValueType): Promise<unknown> {
  const pieces: Uint8Array[] = []
  for await (const bytes of call.param(path)) pieces.push(bytes)
  const bytes = Buffer.concat(pieces)
  return bytes.length === 0 ? undefined : createTupleCodec([type]).decode(bytes)[0]
}
