import type { RegistryCredentials } from '../../lattice/control/schemas.js'

/** How to log in to a registry; absent for one that lets everybody in. Never logged or shown. */
export interface RegistryLogin {
  readonly user: string
  readonly password: string
}

/** The logins of a host for registries, as the lattice hands them out. */
export class RegistryLogins {
  readonly #logins = new Map<string, RegistryLogin | undefined>()

  /**
   * Takes over what was put, registry by registry. As on the real host a token alone logs nobody in. Returns the registries
   * whose credentials cannot be used.
   */
  put(credentials: RegistryCredentials): readonly string[] {
    const useless: string[] = []
    for (const [registry, { username, password, token }] of Object.entries(credentials)) {
      const isComplete = typeof username === 'string' && typeof password === 'string'
      this.#logins.set(registry, isComplete ? { user: username, password } : undefined)
      if (!isComplete && (username ?? password ?? token)) useless.push(registry)
    }
    return useless
  }

  /** The login for a registry (`ghcr.io`, `localhost:5000`). */
  find(registry: string): RegistryLogin | undefined {
    return this.#logins.get(registry)
  }
}
