import type { SecretValues } from '../../lattice/secrets/secret-value.js'
import type { SecretValue as GuestSecret } from '../engine/guest-pool.js'

/** Secrets as components have them. */
export function toGuestSecrets(secrets: SecretValues): Readonly<Record<string, GuestSecret>> {
  const entries = Object.entries(secrets).map(([name, secret]): [string, GuestSecret] => [
    name,
    secret.kind === 'string'
      ? { tag: 'string', val: secret.value }
      : { tag: 'bytes', val: Uint8Array.from(secret.value) },
  ])
  return Object.fromEntries(entries)
}
