import { createTupleCodec, type TupleCodec } from '../../../wit/codec/create-tuple-codec.js'
import { minBytesOf } from '../../../wit/codec/min-bytes.js'
import { ValueError, WireError } from '../../../wit/codec/wire-error.js'
import { unversioned } from '../../../wit/interface-name.js'
import type { WitFunction, World } from '../../../wit/model.js'
import type { MissingFunction } from '../linker/component-instance.js'
import { ComponentError } from '../linker/runtime/errors.js'
import type { GuestHost, LinkedFunctionCall } from './guest-host.js'
import type { LinkSelection } from './link-selection.js'
import { LinkedCallFailed } from './trap.js'

/** What linked functions are made with. */
export interface LinkedImportOptions {
  readonly host: GuestHost
  readonly world: World
  readonly links: LinkSelection
}

/**
 * A function of an imported interface that goes over a link with its own types, blocking until it has answered.
 * Undefined for what the world does not import, and for functions of resources: their handles mean nothing elsewhere.
 */
export function createLinkedFunction(
  { host, world, links }: LinkedImportOptions,
  interfaceName: string,
  functionName: string,
): MissingFunction | undefined {
  const imported = world.imports.find((item) => item.kind === 'interface' && item.name === interfaceName)
  const type =
    imported?.kind === 'interface'
      ? imported.functions.find(({ name, binding }) => name === functionName && binding.kind === 'free')
      : undefined
  if (!type) return undefined
  const key = unversioned(interfaceName)
  const codecs = lazyCodecs(type)
  const isVoid = type.result === undefined || minBytesOf(type.result) === 0
  return (...args) => {
    const { params, result } = codecs()
    const results = call(host, {
      key,
      linkName: links.nameOf(key),
      instance: interfaceName,
      function: functionName,
      params: encode(params, args),
      isVoid,
    })
    return returnOrThrow(type, decode(result, results, `${interfaceName}.${functionName}`))
  }
}

function call(host: GuestHost, linked: LinkedFunctionCall): Uint8Array {
  try {
    return host.callLinked(linked)
  } catch (thrown) {
    if (!(thrown instanceof LinkedCallFailed)) throw thrown
    const { kind, message } = thrown.failure
    throw new LinkedCallFailed({ kind, message: `Cannot call "${linked.function}": ${message}` })
  }
}

interface Codecs {
  readonly params: TupleCodec
  readonly result: TupleCodec
}

/** Most components never call most of what they import. */
function lazyCodecs({ params, result }: WitFunction): () => Codecs {
  let codecs: Codecs | undefined
  return () =>
    (codecs ??= {
      params: createTupleCodec(
        params.map(({ type }) => type),
        { what: 'params' },
      ),
      result: createTupleCodec(result ? [result] : [], { what: 'result', makesViews: true }),
    })
}

function encode(codec: TupleCodec, args: readonly unknown[]): Uint8Array {
  try {
    return codec.encode(args)
  } catch (thrown) {
    throw asFailure(thrown, 'cannot send the parameters')
  }
}

function decode(codec: TupleCodec, results: Uint8Array, what: string): unknown {
  try {
    return codec.decode(results)[0]
  } catch (thrown) {
    throw asFailure(thrown, `cannot read the result of ${what}: is its version the same on both sides?`)
  }
}

function asFailure(thrown: unknown, what: string): unknown {
  if (!(thrown instanceof ValueError || thrown instanceof WireError)) return thrown
  return new LinkedCallFailed({ kind: 'bad-value', message: `${what}: ${thrown.message}` })
}

/** The bad side of a function's own result is thrown, as the linker wants it. */
function returnOrThrow({ result }: WitFunction, value: unknown): unknown {
  if (result?.kind !== 'result') return value
  const { tag, val } = value as { readonly tag: 'ok' | 'err'; readonly val: unknown } // decoded as such
  if (tag === 'ok') return val
  throw new ComponentError(val)
}
