import type { ComponentClaims } from '../../component/claims/read-component-claims.js'
import type { Bucket } from '../../lattice/key-value.js'
import type { ClaimsInQuestion } from '../authorize.js'

/** What the lattice is told of a signed component with each of its events. */
export function claimsOfEvent({ iss, nbf, exp, wascap }: ComponentClaims) {
  return {
    call_alias: wascap?.call_alias ?? null,
    issuer: iss,
    tags: wascap?.tags ?? null,
    name: wascap?.name ?? null,
    version: wascap?.ver ?? null,
    revision: wascap?.rev ?? null,
    not_before_human: String(nbf ?? 'never'),
    expires_human: String(exp ?? 'never'),
  }
}

/** What a policy decides by. */
export function claimsInQuestion(
  claims: ComponentClaims | undefined,
  now: number,
): ClaimsInQuestion | undefined {
  if (!claims) return undefined
  const { sub, iss, iat, exp } = claims
  return {
    publicKey: sub,
    issuer: iss,
    issuedAt: String(iat ?? 0),
    expiresAt: exp ? String(exp) : null,
    expired: exp ? exp * 1000 < now : false,
  }
}

/** Stores the claims where all hosts of the lattice find them. */
export async function storeComponentClaims(
  store: Bucket,
  { iss, sub, wascap }: ComponentClaims,
): Promise<void> {
  const claims = {
    call_alias: wascap?.call_alias ?? '',
    issuer: iss,
    name: wascap?.name ?? '',
    revision: String(wascap?.rev ?? 0),
    subject: sub,
    tags: wascap?.tags ?? [],
    version: wascap?.ver ?? '',
  }
  await store.put(`CLAIMS_${sub}`, JSON.stringify(claims))
}
