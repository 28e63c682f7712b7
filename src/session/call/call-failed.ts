import { AppError } from '../../core/errors.js'
import type { CallFailure } from '../../host/http-exchange.js'

/** The error of a call that came to nothing. */
export function callFailed(
  { componentId, timeoutMs }: { readonly componentId: string; readonly timeoutMs: number },
  { kind, message }: CallFailure,
): AppError {
  const hint =
    kind === 'deadline' || kind === 'unavailable'
      ? 'Run: washi get inventory'
      : `See the log of the host that runs it, or call it with a longer --timeout-ms than ${timeoutMs}`
  return new AppError('CALL_FAILED', `Cannot call component "${componentId}": ${message}`, { hint })
}
