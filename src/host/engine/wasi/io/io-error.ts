import type { ErrorCode } from '../http/error-code.js'

/** `wasi:io/error`: why a stream failed. */
export class IoError {
  readonly #message: string
  /** What `http-error-code` tells of it. */
  readonly httpErrorCode: ErrorCode | undefined

  constructor(message: string, httpErrorCode?: ErrorCode) {
    this.#message = message
    this.httpErrorCode = httpErrorCode
  }

  toDebugString(): string {
    return this.#message
  }
}

/** `stream-error` as it is thrown to the guest. */
export type StreamError =
  | { readonly tag: 'closed' }
  | { readonly tag: 'last-operation-failed'; readonly val: IoError }

const closed: StreamError = { tag: 'closed' }

/** Tells the guest that the stream is closed. */
export function throwClosed(): never {
  throw closed
}

/** Tells the guest that the stream has failed. */
export function throwFailed(message: string, httpErrorCode?: ErrorCode): never {
  throw { tag: 'last-operation-failed', val: new IoError(message, httpErrorCode) } satisfies StreamError
}
