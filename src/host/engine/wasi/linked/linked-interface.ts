import { messageOf } from '../../../../core/errors.js'
import { createTupleCodec, type TupleCodec } from '../../../../wit/codec/create-tuple-codec.js'
import { wireFunction, type WireFunction, type WireInterface } from '../../../../wit/wire/wire-interface.js'
import type { GuestHost, LinkedCall, LinkedFunctionCall } from '../guest-host.js'
import type { LinkSelection } from '../link-selection.js'
import { LinkedCallFailed } from '../trap.js'

/** What calls of an interface go over. */
export interface LinkedInterfaceOptions {
  readonly host: GuestHost
  readonly links: LinkSelection
  /** What a link must list: `wasi:keyvalue/store`. */
  readonly key: string
  /** The interface as it is on the wire. */
  readonly wire: WireInterface
}

/** A started call whose results are values. */
export interface StartedCall {
  readonly call: LinkedCall
  /** Blocks until it was answered, and returns the result. Throws LinkedCallFailed. */
  result(): unknown
  /** The result, where it was answered. Throws LinkedCallFailed where it failed before. */
  poll(): { readonly value: unknown } | undefined
}

/** The functions of one linked interface, called with values. */
export class LinkedInterface {
  readonly #options: LinkedInterfaceOptions
  readonly #functions = new Map<string, FunctionCodec>()

  constructor(options: LinkedInterfaceOptions) {
    this.#options = options
  }

  /** Calls a function and blocks until it has answered; returns its result. Throws LinkedCallFailed. */
  call(name: string, args: readonly unknown[]): unknown {
    const codec = this.#codecOf(name)
    return codec.decode(this.#options.host.callLinked(this.#request(name, codec, args)))
  }

  /** Starts a call of a function that has streams, or that the guest waits for by itself. */
  start(name: string, args: readonly unknown[]): StartedCall {
    const { host } = this.#options
    const codec = this.#codecOf(name)
    const call = host.startLinked(this.#request(name, codec, args))
    const poll = (): { readonly value: unknown } | undefined => {
      if (call.results !== undefined) return { value: codec.decode(call.results) }
      if (call.state === 'failed') throw new LinkedCallFailed(call.failure ?? unexplained)
      return undefined
    }
    const result = (): unknown => {
      for (;;) {
        const answer = poll()
        if (answer !== undefined) return answer.value
        host.wait(Infinity)
      }
    }
    return { call, result, poll }
  }

  #request(name: string, codec: FunctionCodec, args: readonly unknown[]): LinkedFunctionCall {
    const { key, links, wire } = this.#options
    return {
      key,
      linkName: links.nameOf(key),
      instance: wire.name,
      function: name,
      params: codec.encode(args),
      asyncParams: codec.asyncParams,
      asyncResults: codec.asyncResults,
    }
  }

  #codecOf(name: string): FunctionCodec {
    const known = this.#functions.get(name)
    if (known !== undefined) return known
    const codec = new FunctionCodec(wireFunction(this.#options.wire, name))
    this.#functions.set(name, codec)
    return codec
  }
}

const unexplained = { kind: 'unavailable', message: 'the call ended without an answer' } as const

/** Encodes the parameters of one function, and decodes its result. */
class FunctionCodec {
  readonly #name: string
  readonly #params: TupleCodec
  readonly #result: TupleCodec

  constructor({ name, params, result }: WireFunction) {
    this.#name = name
    this.#params = createTupleCodec(
      params.map((param) => param.type),
      { what: 'params' },
    )
    this.#result = createTupleCodec(result === undefined ? [] : [result], { what: 'result' })
  }

  get asyncParams(): readonly string[] {
    return this.#params.asyncPaths
  }

  get asyncResults(): readonly string[] {
    return this.#result.asyncPaths
  }

  encode(args: readonly unknown[]): Uint8Array {
    return this.#params.encode(args)
  }

  decode(bytes: Uint8Array): unknown {
    try {
      return this.#result.decode(bytes)[0]
    } catch (cause) {
      const message = `what "${this.#name}" answered is no value of its type: ${messageOf(cause)}`
      throw new LinkedCallFailed({ kind: 'bad-value', message })
    }
  }
}
