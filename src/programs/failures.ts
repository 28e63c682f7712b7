import { AppError } from '../core/errors.js'
import { CallFailedError } from '../session/call/call-failed-error.js'

/** A call that came to nothing, as programs are told of it. */
export function explain(failure: ConstructorParameters<typeof CallFailedError>[0]): CallFailedError {
  return new CallFailedError(failure, {})
}

/** HOST_NOT_RUNNING. */
export function notRunning(why: string): AppError {
  return new AppError('HOST_NOT_RUNNING', `The host does not run: ${why}`, {
    hint: 'Use a host between its start() and its stop()',
  })
}
