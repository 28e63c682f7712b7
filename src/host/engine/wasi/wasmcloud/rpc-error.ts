import type { IoError } from '../io/io-error.js'

/** `wrpc:rpc/error.error`: why a call over a link came to nothing. */
export class RpcError {
  readonly #message: string

  constructor(message: string) {
    this.#message = message
  }

  /** No error of a stream is one of a call: the guest gets it back. */
  static fromIoError(error: IoError): never {
    throw error
  }

  toDebugString(): string {
    return this.#message
  }
}

/** `wasmcloud:bus/error.error`. */
class BusError {
  readonly #cause: RpcError

  constructor(cause: RpcError) {
    this.#cause = cause
  }

  static fromRpcError(error: RpcError): BusError {
    return new BusError(error)
  }

  static fromIoError(error: IoError): never {
    throw error
  }

  toDebugString(): string {
    return this.#cause.toDebugString()
  }
}

/** `wrpc:rpc/error` and `wasmcloud:bus/error`. */
export function createRpcErrors(): Readonly<Record<string, object>> {
  return {
    'wrpc:rpc/error': { Error: RpcError },
    'wasmcloud:bus/error': { Error: BusError },
  }
}
