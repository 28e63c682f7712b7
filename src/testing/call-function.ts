import { ComponentError } from '../host/engine/linker/runtime/errors.js'
import type { CallFailure } from '../host/http-exchange.js'
import type { RpcAnswerSink, RpcTarget } from '../host/rpc-exchange.js'
import { createTupleCodec } from '../wit/codec/create-tuple-codec.js'
import type { ValueType } from '../wit/model.js'
import type { ExportedFunction } from '../host/calls/exported-function.js'

/** Makes the error of a failed call. */
export type ExplainFailure = (failure: CallFailure) => Error

/**
 * Calls a function with values; resolves with the ok side where it returns a result, and rejects with ComponentError for
 * the other side. Throws ValueError, with the place and the type that belongs there, for values of other types.
 */
export async function callFunction(
  target: RpcTarget,
  { instance, type }: ExportedFunction,
  args: readonly unknown[],
  explain: ExplainFailure,
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
  const answer = await new Promise<Uint8Array | CallFailure>((resolve) => {
    target.invoke({ ...request, sourceId: 'test', linkName: 'default' }, new WholeAnswer(resolve))
  })
  // Here, so that the error's stack leads to the test that waits for it.
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

/** Takes the answer of a call without streams. */
class WholeAnswer implements RpcAnswerSink {
  readonly #resolve: (answer: Uint8Array | CallFailure) => void
  #results = new Uint8Array()

  constructor(resolve: (answer: Uint8Array | CallFailure) => void) {
    this.#resolve = resolve
  }

  onResult(results: Uint8Array): void {
    // A copy: it may be a view of something that is used again.
    this.#results = new Uint8Array(results)
  }

  onData(): boolean {
    return true
  }

  onDataEnd(): void {
    // There are no streams.
  }

  onDrain(): void {
    // There are no streams.
  }

  onEnd(): void {
    this.#resolve(this.#results)
  }

  onFailure(failure: CallFailure): void {
    this.#resolve(failure)
  }
}
