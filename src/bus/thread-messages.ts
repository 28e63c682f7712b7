import { AppError, errorCodes, type ErrorCode } from '../core/errors.js'
import type { LogRecord } from '../core/log.js'
import type { Authentication } from './broker/authentication.js'

/** What the bus thread is started with. */
export interface ThreadData {
  readonly host: string
  readonly port: number
  readonly storeDir: string
  readonly jsDomain: string | undefined
  readonly authentication: Authentication
}

/** What the bus thread tells. `failed` is its last word where it came before `listening`. */
export type ThreadReport =
  | { readonly kind: 'log'; readonly record: LogRecord }
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'failed'; readonly failure: ThreadFailure }
  | { readonly kind: 'stopped'; readonly failure: ThreadFailure | undefined }

/** What the bus thread is asked for. */
export type ThreadRequest = { readonly kind: 'stop' }

/** An error in a form that crosses threads with its code and hint. */
export interface ThreadFailure {
  readonly code: string | undefined
  readonly message: string
  readonly hint: string | undefined
  readonly stack: string | undefined
}

export function toThreadFailure(thrown: unknown): ThreadFailure {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  const { code, hint } = error instanceof AppError ? error : { code: undefined, hint: undefined }
  return { code, message: error.message, hint, stack: error.stack }
}

export function fromThreadFailure({ code, message, hint, stack }: ThreadFailure): Error {
  const error = isErrorCode(code) ? new AppError(code, message, { hint }) : new Error(message)
  if (stack !== undefined) error.stack = stack
  return error
}

function isErrorCode(code: string | undefined): code is ErrorCode {
  return errorCodes.some((known) => known === code)
}
