import { createTupleCodec, type TupleCodec } from '../../../wit/codec/create-tuple-codec.js'
import { ValueError, WireError } from '../../../wit/codec/wire-error.js'
import { camelLabel } from '../../../wit/labels.js'
import type { Field, ValueType, WitInterface, World } from '../../../wit/model.js'
import type { CallFailure } from '../../http-exchange.js'
import type { ComponentInstance, GuestFunction } from '../linker/component-instance.js'
import { findMappedExport } from '../mapped-exports.js'
import type { ExportAdapter } from '../wasi/export-adapters.js'
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
  /** Where the guest has it: an exported interface, or the world where that is empty. */
  readonly owner: string
  readonly member: string
  /** Between the form of the call and that of the guest, where they differ. */
  readonly adapter: ExportAdapter | undefined
}

/** What a codec has to know of a function. */
interface FunctionType {
  readonly params: readonly Field[]
  readonly result?: ValueType | undefined
}

/** A function as it is called, and where the guest has it. */
interface FoundFunction {
  readonly type: FunctionType
  readonly owner: string
  readonly name: string
  /** Whether the guest has it in another form. */
  readonly isMapped?: boolean
}

/** Calls the functions that a component exports with wRPC bytes; codecs are made when they are first needed. */
export class ExportedFunctions {
  readonly #world: World
  readonly #adapters: ReadonlyMap<string, ExportAdapter>
  readonly #known = new Map<string, CallableFunction>()

  constructor(world: World, adapters: ReadonlyMap<string, ExportAdapter>) {
    this.#world = world
    this.#adapters = adapters
  }

  /** Returns the encoded result. Throws CallRefused, or what the guest throws. */
  call(instance: ComponentInstance, name: ExportedName, params: Uint8Array): Uint8Array {
    const callable = this.#find(name)
    const target = callable && findFunction(instance, callable)
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
    const { params, result } = found.type
    // A guest may export the very interface of the wire, too.
    const adapter = found.isMapped === true ? this.#adapters.get(key) : undefined
    const callable: CallableFunction = {
      params: createTupleCodec(
        params.map(({ type }) => type),
        // The guest's memory takes them over at once.
        { what: 'params', makesViews: adapter === undefined },
      ),
      result: createTupleCodec(result ? [result] : [], { what: 'result' }),
      throwsErrors: result?.kind === 'result',
      owner: found.owner,
      member: camelLabel(found.name),
      adapter,
    }
    this.#known.set(key, callable)
    return callable
  }
}

function findType(world: World, { instance, function: name }: ExportedName): FoundFunction | undefined {
  for (const item of world.exports) {
    if (item.kind === 'function') {
      if (instance === '' && item.name === name) return { type: item.function, owner: '', name }
      continue
    }
    const found = findMapped(item, { instance, function: name })
    if (found !== undefined) return found
    if (item.name !== instance) continue
    const type = item.functions.find((each) => each.binding.kind === 'free' && each.name === name)
    return type && { type, owner: item.name, name }
  }
  return undefined
}

function findMapped(
  { name: owner }: WitInterface,
  { instance, function: called }: ExportedName,
): FoundFunction | undefined {
  const mapped = findMappedExport(owner)
  if (mapped?.wire.name !== instance) return undefined
  const type = mapped.wire.functions.find((each) => each.name === called)
  return type && { type, owner, name: mapped.functions[called] ?? called, isMapped: true }
}

function findFunction(
  { exports }: ComponentInstance,
  { owner: name, member }: CallableFunction,
): GuestFunction | undefined {
  const owner = name === '' ? exports : exports[name]
  const found = typeof owner === 'object' ? owner[member] : undefined
  return typeof found === 'function' ? found : undefined
}

function decodeParams(callable: CallableFunction, name: ExportedName, params: Uint8Array): unknown[] {
  try {
    const args = callable.params.decode(params)
    return callable.adapter?.args(args) ?? args
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
    if (thrown instanceof ComponentError) {
      return { tag: 'err', val: callable.adapter?.error?.(thrown.payload) ?? thrown.payload }
    }
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
