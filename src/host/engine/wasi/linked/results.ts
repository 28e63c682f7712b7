import { LinkedCallFailed } from '../trap.js'

/** A result as a value, as it crosses links. */
export type ResultValue<T = unknown, E = unknown> =
  | { readonly tag: 'ok'; readonly val: T }
  | { readonly tag: 'err'; readonly val: E }

/**
 * Does a call over a link whose function returns a result: returns the ok side and throws the error side, as functions
 * of hosts do. A call that came to nothing throws what `toError` makes of the message, so that the guest hears of it.
 */
export function resultOf<T>(toError: (message: string) => unknown, call: () => unknown): T {
  const result = orError(toError, call) as ResultValue<T> // as the wire description has it
  if (result.tag === 'err') throw result.val
  return result.val
}

/** Does something over a link; where it comes to nothing, throws what `toError` makes of the message. */
export function orError<T>(toError: (message: string) => unknown, action: () => T): T {
  try {
    return action()
  } catch (thrown) {
    if (thrown instanceof LinkedCallFailed) throw toError(thrown.failure.message)
    throw thrown
  }
}
