import type { GuestPool } from '#washi/host/engine/guest-pool.js'
import type { CallFailure } from '#washi/host/http-exchange.js'
import { createTupleCodec } from '#washi/wit/codec/create-tuple-codec.js'
import { wireFunction, type WireFunction, type WireInterface } from '#washi/wit/wire/wire-interface.js'

/** What came of a call of a function. */
export interface FunctionAnswer {
  readonly result: unknown
  readonly failure: CallFailure | undefined
}

/** Calls a function that a guest exports, with values, as somebody outside would; streams are not carried. */
export function callFunction(
  pool: GuestPool,
  of: WireInterface,
  name: string,
  args: readonly unknown[] = [],
): Promise<FunctionAnswer> {
  const { params, result }: WireFunction = wireFunction(of, name)
  const bytes = createTupleCodec(params.map((param) => param.type)).encode(args)
  const decode = (results: Uint8Array): unknown =>
    createTupleCodec(result === undefined ? [] : [result]).decode(results)[0]
  return new Promise((resolve) => {
    let value: unknown
    const request = { instance: of.name, function: name, params: bytes, asyncParams: [], asyncResults: [] }
    pool.invoke(
      { ...request, sourceId: 'test', linkName: 'default' },
      {
        onResult: (results) => (value = decode(results)),
        onData: () => true,
        onDataEnd: () => undefined,
        onDrain: () => undefined,
        onEnd: () => resolve({ result: value, failure: undefined }),
        onFailure: (failure) => resolve({ result: value, failure }),
      },
    )
  })
}
