import type { CallFailure } from '../../../http-exchange.js'
import { internalError, type ErrorCode } from './error-code.js'

/** The error code of a request that came to nothing on its way to the HTTP client. */
export function errorCodeOf(failure: CallFailure | undefined): ErrorCode {
  if (failure === undefined) return { tag: 'connection-terminated' }
  return failure.kind === 'deadline' ? { tag: 'HTTP-response-timeout' } : internalError(failure.message)
}
