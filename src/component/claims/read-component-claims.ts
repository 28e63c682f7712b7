import { createHash } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { readEmbeddedToken, withoutEmbeddedToken } from '../embedded-token.js'
import { isSignedBy } from './verify-token.js'

const claimsSchema = z.object({
  iss: z.string(),
  /** The component's own key (`M…`). */
  sub: z.string(),
  iat: z.number().nullish(),
  exp: z.number().nullish(),
  nbf: z.number().nullish(),
  wascap: z
    .object({
      name: z.string().nullish(),
      /** SHA-256 of the unsigned component in upper-case hexadecimal digits. */
      hash: z.string().nullish(),
      tags: z.array(z.string()).nullish(),
      rev: z.number().nullish(),
      ver: z.string().nullish(),
      call_alias: z.string().nullish(),
    })
    .nullish(),
  wascap_revision: z.number().nullish(),
})

/** What the signature of a component says of it. */
export type ComponentClaims = Readonly<z.infer<typeof claimsSchema>>

/** From this revision of the claims on, the hash is that of the component without its token. */
const firstRevisionWithHash = 3

/**
 * What a component was signed with; undefined for an unsigned one, which is as good. Throws COMPONENT_CLAIMS_INVALID where
 * the token cannot be read, was signed by another, belongs to other bytes, has expired or is not valid yet.
 */
export function readComponentClaims(wasm: Uint8Array, now: number): ComponentClaims | undefined {
  const token = readEmbeddedToken(wasm)?.trim()
  if (token === undefined) return undefined
  const claims = parseClaims(token)
  const seconds = Math.floor(now / 1000)
  const { iss, exp, nbf } = claims
  if (!isSignedBy(token, iss)) throw invalid(`it was not signed by its issuer ${iss}`)
  if (exp && exp < seconds) throw invalid(`its token has expired, at ${timeOf(exp)}`)
  if (nbf && nbf > seconds) throw invalid(`its token is not valid before ${timeOf(nbf)}`)
  if (!isOf(claims, wasm)) throw invalid('it is not what was signed: its hash is another one')
  return claims
}

function parseClaims(token: string): ComponentClaims {
  try {
    const payload = token.split('.')[1] ?? ''
    return claimsSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')))
  } catch (cause) {
    throw invalid('its token cannot be read', cause)
  }
}

function isOf({ wascap, wascap_revision: revision }: ComponentClaims, wasm: Uint8Array): boolean {
  if (!wascap?.hash || (revision ?? 0) < firstRevisionWithHash) return true
  const hash = createHash('sha256').update(withoutEmbeddedToken(wasm)).digest('hex')
  return hash.toUpperCase() === wascap.hash.toUpperCase()
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}

function invalid(why: string, cause?: unknown): AppError {
  return new AppError('COMPONENT_CLAIMS_INVALID', `Cannot trust the component: ${why}`, {
    hint: 'Sign it anew, or use it unsigned',
    cause,
  })
}
