/** `wasmcloud:bus/lattice` 1.0 and 2.0: the link name of calls to come. */
export function createLattice(): object {
  return {
    CallTargetInterface: class CallTargetInterface {},
    // Calls over links are routed by name once components can make them; until then every name is accepted.
    setLinkName: () => undefined,
  }
}

/** `wasmcloud:secrets/store` and `reveal`: no secrets are set up, so none is found. */
export function createSecrets(): Readonly<Record<string, object>> {
  return {
    'wasmcloud:secrets/store': {
      Secret: class Secret {},
      get: (): never => {
        throw { tag: 'not-found' }
      },
    },
    'wasmcloud:secrets/reveal': {},
  }
}
