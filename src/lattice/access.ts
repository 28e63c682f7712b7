import { fromSeed } from '@nats-io/nkeys'
import { jwtAuthenticator, nkeyAuthenticator, usernamePasswordAuthenticator } from '@nats-io/transport-node'
import type { Authenticator, ConnectionOptions } from '@nats-io/transport-node'
import { AppError } from '../core/errors.js'

/** What a client shows the server of a lattice, and how the connection is protected. Nothing of it is ever printed. */
export interface LatticeAccess {
  readonly login?: LatticeLogin | undefined
  readonly tls?: LatticeTls | undefined
}

/** Who the client is. */
export type LatticeLogin =
  | { readonly kind: 'jwt'; readonly jwt: string; readonly seed: string }
  | { readonly kind: 'nkey'; readonly seed: string }
  | { readonly kind: 'password'; readonly user: string; readonly password: string }

/** A connection that is refused where the server has no TLS. */
export interface LatticeTls {
  /** Certificates of authorities in PEM; without any, those that Node knows. */
  readonly ca?: string | undefined
  /** Encrypt before the server's greeting, as the server has to be told to expect. */
  readonly isFirst?: boolean | undefined
}

/** The access as the client library takes it. Throws CREDENTIALS_INVALID, without showing them. */
export function toNatsAccess({
  login,
  tls,
}: LatticeAccess): Pick<ConnectionOptions, 'authenticator' | 'tls'> {
  return {
    ...(login ? { authenticator: toAuthenticator(login) } : {}),
    ...(tls ? { tls: { ...(tls.ca ? { ca: tls.ca } : {}), handshakeFirst: tls.isFirst ?? false } } : {}),
  }
}

function toAuthenticator(login: LatticeLogin): Authenticator {
  switch (login.kind) {
    case 'jwt':
      return jwtAuthenticator(login.jwt, toSeed(login.seed))
    case 'nkey':
      return nkeyAuthenticator(toSeed(login.seed))
    case 'password':
      return usernamePasswordAuthenticator(login.user, login.password)
    default:
      return login satisfies never
  }
}

/** Read here once: the client library would find the mistake in the middle of its handshake. */
function toSeed(text: string): Uint8Array {
  const seed = new TextEncoder().encode(text)
  try {
    fromSeed(seed)
    return seed
  } catch (cause) {
    throw new AppError('CREDENTIALS_INVALID', 'Not a seed of a NATS user: its form or checksum is wrong', {
      hint: 'A seed begins with SU and has 58 characters',
      cause,
    })
  }
}
