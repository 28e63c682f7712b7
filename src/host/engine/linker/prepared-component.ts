import type { World } from '../../../wit/model.js'
import type { Snapshot } from './runtime/snapshot.js'

/** How a component is prepared. */
export interface PrepareOptions {
  /** Most pages (64 KiB each) that one memory of an instance may have; the maximum of its modules is lowered to it. */
  readonly maxMemoryPages?: number | undefined
  /** Whether instances shall be resettable where that is sound; costs a walk over the code. Default: true. */
  readonly reset?: boolean | undefined
}

/**
 * A component compiled for instantiation: plain data, WebAssembly modules and JavaScript source, so it may be posted
 * to other threads (structured clone; modules are shared, not copied).
 */
export interface PreparedComponent {
  readonly world: World
  readonly modules: readonly WebAssembly.Module[]
  /** Body of a function of the runtime that returns the instance factory; holds no byte of the component. */
  readonly source: string
  /** What the host must provide, in the order that the source expects. */
  readonly bindings: readonly HostBinding[]
  readonly resettable: boolean
  /** Why instances cannot be reset; empty where they can. */
  readonly unresettable: readonly string[]
  /** Memories and globals as they are after instantiation; present where resettable. */
  readonly snapshot: Snapshot | undefined
}

/** One thing that a component takes from its host. Names are those of WIT. */
export type HostBinding =
  | { readonly kind: 'function'; readonly interface: string | undefined; readonly name: string }
  | { readonly kind: 'class'; readonly interface: string | undefined; readonly resource: string }
  | {
      readonly kind: 'method' | 'static'
      readonly interface: string | undefined
      readonly resource: string
      /** The full name as in the binary: `[method]fields.get`. */
      readonly name: string
    }
