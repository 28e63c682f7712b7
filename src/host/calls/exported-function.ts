import { AppError } from '../../core/errors.js'
import { isCallable } from '../engine/callable-functions.js'
import { findMappedExport } from '../engine/mapped-exports.js'
import { isVersionCompatible, parseInterfaceName, unversioned } from '../../wit/interface-name.js'
import { camelLabel } from '../../wit/labels.js'
import type { World } from '../../wit/model.js'
import type { WireFunction } from '../../wit/wire/wire-interface.js'

/** A function that can be called. */
export interface ExportedFunction {
  /** The interface as exported; empty for a function of the world. */
  readonly interface: string
  /** The instance that calls name: mostly the interface. */
  readonly instance: string
  readonly type: WireFunction
}

/** Every function that a component exports and that can be called with values: none of them is a handle. */
export function listExportedFunctions(world: World): readonly ExportedFunction[] {
  return world.exports.flatMap((item): readonly ExportedFunction[] => {
    if (item.kind === 'function') return [{ interface: '', instance: '', type: item.function }]
    const mapped = findMappedExport(item.name)
    const functions = mapped?.wire.functions ?? item.functions.filter(isCallable)
    const instance = mapped?.wire.name ?? item.name
    return functions.map((type) => ({ interface: item.name, instance, type }))
  })
}

/**
 * The function of that name, as in WIT (`say-hello`) or in camelCase, of the interface `owner`: with or without its version,
 * empty for functions of the world. Throws FUNCTION_NOT_FOUND, which lists what there is.
 */
export function findExportedFunction(world: World, owner: string, name: string): ExportedFunction {
  const functions = listExportedFunctions(world)
  const fits = functions.filter((one) => isNamed(one, owner, name))
  const found = fits.find((one) => one.interface === owner) ?? fits[0]
  if (found !== undefined) return found
  const known = functions.map((one) => nameOf(one.interface, one.type.name)).join(', ')
  throw new AppError('FUNCTION_NOT_FOUND', `The component exports no function ${nameOf(owner, name)}`, {
    hint: known === '' ? 'It exports none that can be called' : `It exports ${known}`,
  })
}

/** Whether `wanted` means the interface: with a version that is compatible, or without one. */
export function isSameInterface(name: string, wanted: string): boolean {
  if (name === wanted) return true
  if (unversioned(name) !== unversioned(wanted)) return false
  const version = parseInterfaceName(wanted)?.version
  return version === undefined || isVersionCompatible(version, parseInterfaceName(name)?.version)
}

/** `ns:pkg/iface@0.1.0.say-hello`. */
export function nameOfFunction({ interface: owner, type }: ExportedFunction): string {
  return nameOf(owner, type.name)
}

function nameOf(owner: string, name: string): string {
  return owner === '' ? name : `${owner}.${name}`
}

function isNamed({ interface: owner, type }: ExportedFunction, wanted: string, name: string): boolean {
  return (type.name === name || camelLabel(type.name) === name) && isSameInterface(owner, wanted)
}
