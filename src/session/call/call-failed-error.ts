import type { CallFailure } from '../../host/http-exchange.js'

/**
 * A call that got no answer: the component trapped, ran past its deadline, lacks the function, and so on. `cause` is what
 * the fake that it had called threw, where that was the reason. Errors of the component's own are ComponentError.
 */
export class CallFailedError extends Error {
  override readonly name = 'CallFailedError'
  readonly kind: CallFailure['kind']
  /** Where in the component it happened, innermost first; function names only where the binary has them. */
  readonly guestStack: string | undefined

  constructor({ kind, message }: CallFailure, details: { cause?: unknown; guestStack?: string | undefined }) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.kind = kind
    this.guestStack = details.guestStack
  }
}
