import { AppError } from '../../core/errors.js'
import { createTupleCodec } from '../../wit/codec/create-tuple-codec.js'
import { wireFunction } from '../../wit/wire/wire-interface.js'
import type { OutgoingCall } from '../provider.js'
import type { RpcCall, RpcTarget } from '../rpc-exchange.js'

/** Calls a function of a target with values, and resolves with its result. Throws PROVIDER_CALL_FAILED, or the signal's reason. */
export async function callWithValues(
  target: RpcTarget,
  sourceId: string,
  { linkName, of, function: name, args, signal, targetId }: OutgoingCall,
): Promise<unknown> {
  signal?.throwIfAborted()
  const { params, result } = wireFunction(of, name)
  const encoded = createTupleCodec(
    params.map(({ type }) => type),
    { what: 'params' },
  ).encode(args)
  const bytes = await new Promise<Uint8Array>((resolve, reject) => {
    let results: Uint8Array = new Uint8Array()
    const onAbort = (): void => {
      call.cancel()
      reject(signal?.reason as Error)
    }
    const settle = (action: () => void): void => {
      signal?.removeEventListener('abort', onAbort)
      action()
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    const call: RpcCall = target.invoke(
      {
        ...{ sourceId, linkName, instance: of.name, function: name, params: encoded },
        ...{ asyncParams: [], asyncResults: [], isVoid: result === undefined },
      },
      {
        onResult: (taken) => void (results = taken),
        onData: () => true,
        onDataEnd: () => undefined,
        onDrain: () => undefined,
        onEnd: () => settle(() => resolve(results)),
        onFailure: ({ message }) =>
          settle(() =>
            reject(new AppError('PROVIDER_CALL_FAILED', `Cannot call ${name} of "${targetId}": ${message}`)),
          ),
      },
    )
  })
  return result ? createTupleCodec([result], { what: 'result' }).decode(bytes)[0] : undefined
}
