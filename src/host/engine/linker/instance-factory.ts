import type { ComponentInstance } from './component-instance.js'
import type { PreparedComponent } from './prepared-component.js'
import { runtime } from './runtime/runtime.js'
import type { InstanceState, Snapshot } from './runtime/snapshot.js'

/** What generated code makes of modules and the host's values. */
export type InstanceFactory = (
  modules: PreparedComponent['modules'],
  hostValues: readonly unknown[],
  snapshot: Snapshot | undefined,
) => ComponentInstance & InstanceState

/** Turns generated source into the function that makes instances; instances share its compiled code. */
export function compileFactory(source: string): InstanceFactory {
  // The source is our own: the only strings of a component in it are escaped literals (see codegen/names.ts).
  const create = new Function('runtime', source) as (helpers: typeof runtime) => InstanceFactory
  return create(runtime)
}
