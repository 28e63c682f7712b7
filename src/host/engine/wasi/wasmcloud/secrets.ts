import type { SecretValue } from '../../guest-pool.js'
import type { GuestHost } from '../guest-host.js'

/** `wasmcloud:secrets/store.secret`: a handle; what it stands for is read by reveal alone. */
class Secret {
  readonly #value: SecretValue

  constructor(value: SecretValue) {
    this.#value = value
  }

  static reveal(secret: Secret): SecretValue {
    return secret.#value
  }
}

/** `wasmcloud:secrets/store` and `reveal`. */
export function createSecrets(host: GuestHost): Readonly<Record<string, object>> {
  return {
    'wasmcloud:secrets/store': {
      Secret,
      get: (key: string): Secret => {
        const value = Object.hasOwn(host.secrets, key) ? host.secrets[key] : undefined
        if (value === undefined) throw { tag: 'not-found' }
        return new Secret(value)
      },
    },
    'wasmcloud:secrets/reveal': { reveal: Secret.reveal },
  }
}

/** `wasmcloud:identity/store`: this host issues no identities, which the interface has an answer for. */
export function createIdentityStore(): object {
  return { get: () => undefined }
}
