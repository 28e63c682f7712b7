import type { ProviderClaims } from '../../component/provider-archive/claims.js'
import type { Bucket } from '../../lattice/key-value.js'

/** What the lattice is told of a signed provider when it has started. */
export function claimsOfEvent({ iss, nbf, exp, wascap }: ProviderClaims) {
  return {
    issuer: iss,
    tags: null,
    name: wascap.name ?? '',
    version: wascap.ver ?? '',
    not_before_human: String(nbf ?? 'never'),
    expires_human: String(exp ?? 'never'),
  }
}

/** Stores the claims where all hosts of the lattice find them. */
export async function storeProviderClaims(
  store: Bucket,
  { iss, sub, wascap }: ProviderClaims,
): Promise<void> {
  const { name, rev, ver, config_schema } = wascap
  const claims = {
    ...{ issuer: iss, name: name ?? '', revision: String(rev ?? 0), subject: sub, version: ver ?? '' },
    ...(config_schema === undefined ? {} : { config_schema: JSON.stringify(config_schema) }),
  }
  await store.put(`CLAIMS_${sub}`, new TextEncoder().encode(JSON.stringify(claims)))
}
