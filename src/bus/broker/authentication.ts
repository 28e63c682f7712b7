import { timingSafeEqual } from 'node:crypto'
import type { ConnectOptions } from '../protocol/connect-options.js'

/** Who may connect. */
export type Authentication =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'user'; readonly user: string; readonly pass: string }

/** Whether a client with these CONNECT options may connect; compares in constant time. */
export function isAuthorized(authentication: Authentication, given: ConnectOptions): boolean {
  switch (authentication.kind) {
    case 'none':
      return true
    case 'token':
      return isSame(given.token, authentication.token)
    case 'user': {
      const sameUser = isSame(given.user, authentication.user)
      return isSame(given.pass, authentication.pass) && sameUser
    }
    default:
      return authentication satisfies never
  }
}

function isSame(given: string | undefined, wanted: string): boolean {
  const [left, right] = [Buffer.from(given ?? ''), Buffer.from(wanted)]
  return given !== undefined && left.length === right.length && timingSafeEqual(left, right)
}
