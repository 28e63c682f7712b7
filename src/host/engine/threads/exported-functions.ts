import { createTupleCodec, type TupleCodec } from '../../../wit/codec/create-tuple-codec.js'
import { ValueError, WireError } from '../../../wit/codec/wire-error.js'
import { camelLabel } from '../../../wit/labels.js'
import type { World, WitFunction } from '../../../wit/model.js'
import type { CallFailure } from '../../http-exchange.js'
import type { ComponentInstance, GuestFunction } from '../linker/component-instance.js'
import { ComponentError } from '../linker/runtime/errors.js'
import type { ExportedName } from './to-thread.js'

/** A call that cannot be made: the instance was not touched, or its result cannot be sent. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused'
  readonly failure: CallFailure

  constructor(failure: CallFailure) {
    super(failure.message)
    this.failure = failure
  }
}

interface CallableFunction {
  readonly params: TupleCodec
  readonly result: TupleCodec
  /** Whether it returns the good side of a result and throws the other. */
  readonly throwsErrors: boolean
}

/** Calls the functions that a component exports with wRPC bytes; codecs are made when they are first needed. */
export class ExportedFunctions {
  readonly #world: World
  readonly #known = new Map<string, CallableFunction>()

  constructor(world: World) {
    this.#world = world
  }

  /** Returns the encoded result. Throws CallRefused, or what the guest throws. */
  call(instance: ComponentInstance, name: ExportedName, params: Uint8Array): Uint8Array {
    const callable = this.#find(name)
    const target = findFunction(instance, name)
    if (!callable || !target) throw new CallRefused({ kind: 'unavailable', message: describeUnknown(name) })
    const args = decodeParams(callable, name, params)
    return encodeResult(callable, name, callAndCatch(callable, target, args))
  }

  #find(name: ExportedName): CallableFunction | undefined {
    const key = `${name.instance} ${name.function}`
    const known = this.#known.get(key)
    if (known) return known
    const found = findType(this.#world, name)
    if (!found) return undefined
    const callable: CallableFunction = {
      params: createTupleCodec(
        found.params.map(({ type }) => type),
        { what: 'params' },
      ),
      result: createTupleCodec(found.result ? [found.result] : [], { what: 'result' }),
      throwsErrors: found.result?.kind === 'result',
    }
    this.#known.set(key, callable)
    return callable
  }
}

function findType(world: World, { instance, function: name }: ExportedName): WitFunction | undefined {
  for (const item of world.exports) {
    if (item.kind === 'function' && instance === '' && item.name === name) return item.function
    if (item.kind === 'interface' && item.name === instance) {
      return item.functions.find((each) => each.binding.kind === 'free' && each.name === name)
    }
  }
  return undefined
}

function findFunction(
  { exports }: ComponentInstance,
  { instance, function: name }: ExportedName,
): GuestFunction | undefined {
  const owner = instance === '' ? exports : exports[instance]
  const found = typeof owner === 'object' ? owner[camelLabel(name)] : undefined
  return typeof found === 'function' ? found : undefined
}

function decodeParams(callable: CallableFunction, name: ExportedName, params: Uint8Array): unknown[] {
  try {
    return callable.params.decode(params)
  } catch (thrown) {
    if (!(thrown instanceof WireError)) throw thrown
    throw new CallRefused({
      kind: 'bad-value',
      message: `${describe(name)}: its parameters: ${thrown.message}`,
    })
  }
}

function callAndCatch(callable: CallableFunction, target: GuestFunction, args: unknown[]): unknown {
  if (!callable.throwsErrors) return target(...args)
  try {
    return { tag: 'ok', val: target(...args) }
  } catch (thrown) {
    if (thrown instanceof ComponentError) return { tag: 'err', val: thrown.payload }
    throw thrown
  }
}

function encodeResult(callable: CallableFunction, name: ExportedName, result: unknown): Uint8Array {
  try {
    return callable.result.encode([result])
  } catch (thrown) {
    if (!(thrown instanceof ValueError || thrown instanceof WireError)) throw thrown
    throw new CallRefused({ kind: 'bad-value', message: `${describe(name)}: its result: ${thrown.message}` })
  }
}

function describeUnknown(name: ExportedName): string {
  return `The component has no function ${describe(name)} that can be called over a link`
}

function describe({ instance, function: name }: ExportedName): string {
  return instance === '' ? `"${name}"` : `"${name}" of ${instance}`
}
