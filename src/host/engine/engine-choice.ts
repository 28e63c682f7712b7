/** What links and runs components: washi's own linker, or jco as found from a folder of the user. */
export type EngineChoice =
  | { readonly kind: 'washi' }
  /** `folder` is where the user has installed `@bytecodealliance/jco-transpile`, or a folder below it. */
  | { readonly kind: 'jco'; readonly folder: string }
