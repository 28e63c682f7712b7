import type { WireInterface } from '../wit/wire/wire-interface.js'

/** An interface as links name it, without version, and as it is called. */
export interface LinkedInterface {
  readonly link: string
  readonly wire: WireInterface
}

/** What a provider serves and calls; `washi wit types` makes one from WIT, with the types. */
export interface ProviderWorld<Exports, Imports> {
  readonly exports: readonly LinkedInterface[]
  readonly imports: readonly LinkedInterface[]
  /** Types only: there is no value. */
  readonly types?: { readonly exports: Exports; readonly imports: Imports }
}

/** Gives a world its types. */
export function providerWorld<Exports, Imports>(world: {
  readonly exports: readonly unknown[]
  readonly imports: readonly unknown[]
}): ProviderWorld<Exports, Imports> {
  // Literal kinds of types are no more than strings in a generated module.
  return world as ProviderWorld<Exports, Imports>
}
