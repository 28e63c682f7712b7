import type { World } from '../../wit/model.js'
import type { BuiltIn } from './account.js'
import type { KnownConfig } from './known-providers.js'

/** A component that a manifest is derived from. */
export interface SourceComponent {
  /** Its name in the manifest. */
  readonly name: string
  /** Its reference, such as `file://./build/hello.wasm`. */
  readonly image: string
  readonly world: World
}

/** The provider that is to be used for a package or an interface: `acme:billing` or `acme:billing/invoices`. */
export interface ProviderChoice {
  readonly of: string
  readonly image: string
}

/** What a manifest is to hold, before it is text. In the order in which it is written. */
export interface PlannedApplication {
  readonly components: readonly PlannedComponent[]
  readonly providers: readonly PlannedProvider[]
  /** One sentence per thing that could not be connected. */
  readonly warnings: readonly string[]
}

/** A component with the links of which it is the source. */
export interface PlannedComponent {
  readonly name: string
  readonly image: string
  readonly links: readonly PlannedLink[]
  /** Links that nobody is known for: comments, to be completed. */
  readonly openLinks: readonly PlannedLink[]
  /** What else it imports and exports, as comments. */
  readonly notes: readonly string[]
  readonly builtIns: readonly BuiltIn[]
}

/** A provider with the links of which it is the source. */
export interface PlannedProvider {
  readonly name: string
  readonly image: string
  readonly links: readonly PlannedLink[]
}

/** A link. */
export interface PlannedLink {
  /** Absent for `default`. */
  readonly name?: string | undefined
  readonly target: string
  readonly namespace: string
  readonly package: string
  readonly interfaces: readonly string[]
  readonly config?: KnownConfig | undefined
  /** Which end of the link the provider is; the configuration is that end's. */
  readonly providerIs: 'source' | 'target' | 'neither'
  /** Why it is there. */
  readonly why: readonly string[]
}

/** Interfaces as they are written in WIT: `wasi:keyvalue/store`, `wasi:keyvalue/{atomics, store}`. */
export function describeInterfaces({
  namespace,
  package: packageName,
  interfaces,
}: Pick<PlannedLink, 'namespace' | 'package' | 'interfaces'>): string {
  const [only, ...more] = interfaces
  return `${namespace}:${packageName}/${more.length === 0 ? only : `{${interfaces.join(', ')}}`}`
}
