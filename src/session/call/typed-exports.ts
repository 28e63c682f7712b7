import { listExportedFunctions, type ExportedFunction } from '../../host/calls/exported-function.js'
import { unversioned } from '../../wit/interface-name.js'
import { camelLabel } from '../../wit/labels.js'
import type { World } from '../../wit/model.js'

/** Types of exported functions, as a caller declares them: by interface, then by name in camelCase. */
export type ExportTypes = Readonly<Record<string, object>>

/** Functions that answer with promises. */
export type Promised<Functions extends object> = {
  readonly [Name in keyof Functions]: Functions[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never
}

/** The exported interfaces of a component; untyped where the caller declares no types. */
export type ComponentExports<Types extends ExportTypes> = {
  readonly [Name in keyof Types]: Promised<Types[Name]>
}

/** Untyped functions. */
export type AnyExports = Readonly<Record<string, Readonly<Record<string, (...args: unknown[]) => unknown>>>>

/** The functions of a component by interface, with and without version, then by name in camelCase. */
export function toTypedExports<Types extends ExportTypes>(
  world: World,
  call: (called: ExportedFunction, args: readonly unknown[]) => Promise<unknown>,
): ComponentExports<Types> {
  const exports: Record<string, Record<string, (...args: unknown[]) => Promise<unknown>>> = {}
  for (const found of listExportedFunctions(world)) {
    for (const name of new Set([found.interface, unversioned(found.interface)]))
      (exports[name] ??= {})[camelLabel(found.type.name)] = (...args) => call(found, args)
  }
  // What the caller declares is for it to get right; the names at least are those of the component.
  return exports as ComponentExports<Types>
}
