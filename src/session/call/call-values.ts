import { ComponentError } from '../../host/engine/linker/runtime/errors.js'
import type { ExportedFunction } from '../../host/calls/exported-function.js'
import type { CallFailure } from '../../host/http-exchange.js'
import type { RpcTarget } from '../../host/rpc-exchange.js'
import { createTupleCodec } from '../../wit/codec/create-tuple-codec.js'
import type { ValueType } from '../../wit/model.js'
import { invokeWhole } from './whole-answer.js'

/** Makes the error of a failed call. */
export type ExplainFailure = (failure: CallFailure) => Error

/** How to call a function with values. */
export interface CallValuesOptions {
  readonly args: readonly unknown[]
  /** As whom. */
  readonly sourceId: string
  readonly explain: ExplainFailure
}

/**
 * Calls a function with values; resolves with the ok side where it returns a result, and rejects with ComponentError for
 * the other side. Throws ValueError, with the place and the type that belongs there, for values of other types.
 */
export async function callValues(
  target: RpcTarget,
  { instance, type }: ExportedFunction,
  { args, sourceId, explain }: CallValuesOptions,
): Promise<unknown> {
  if (args.length !== type.params.length) {
    const names = type.params.map(({ name }) => name).join(', ')
    throw new TypeError(`${type.name} takes ${type.params.length} arguments (${names}), got ${args.length}`)
  }
  const params = createTupleCodec(
    type.params.map((param) => param.type),
    { what: 'arguments' },
  ).encode(args)
  const isVoid = type.result === undefined
  const request = { instance, function: type.name, params, asyncParams: [], asyncResults: [], isVoid }
  const answer = await invokeWhole(target, { ...request, sourceId, linkName: 'default' })
  // Here, so that the error's stack leads to whoever waits for it.
  if (!(answer instanceof Uint8Array)) throw explain(answer)
  return toOutcome(type.result, createTupleCodec(type.result ? [type.result] : []).decode(answer)[0])
}

/** The ok side of a result, thrown where it is the other; any other value as it is. */
function toOutcome(type: ValueType | undefined, value: unknown): unknown {
  if (type?.kind !== 'result') return value
  const { tag, val } = value as { readonly tag: 'ok' | 'err'; readonly val: unknown } // decoded as such
  if (tag === 'ok') return val
  throw new ComponentError(val)
}
