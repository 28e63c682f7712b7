import { AppError } from '../../core/errors.js'
import { suggest } from '../../core/suggest.js'
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
  throw notExported(world, { owner, name })
}

/** Says what there is, and which of it may be meant; of what cannot be called, why. */
function notExported(
  world: World,
  { owner, name }: { readonly owner: string; readonly name: string },
): AppError {
  const item = world.exports.find((one) => one.kind === 'interface' && isSameInterface(one.name, owner))
  const same = item?.kind === 'interface' ? item.functions.find((one) => one.name === name) : undefined
  if (same) {
    return new AppError(
      'FUNCTION_NOT_FOUND',
      `The function ${nameOf(owner, name)} cannot be called from outside`,
      {
        hint: 'Its parameters or its result hold resources, which belong to one instance',
      },
    )
  }
  const functions = listExportedFunctions(world)
  const list = functions.map(nameOfFunction).join(', ')
  const near = nearest(functions, { owner, name })
  const known = list === '' ? 'It exports none that can be called' : `It exports ${list}`
  return new AppError('FUNCTION_NOT_FOUND', `The component exports no function ${nameOf(owner, name)}`, {
    hint: near === undefined ? known : `Did you mean ${nameOfFunction(near)}? ${known}`,
  })
}

/** A function with a similar name in the same interface, or with the same name in a similar one. */
function nearest(
  functions: readonly ExportedFunction[],
  { owner, name }: { readonly owner: string; readonly name: string },
): ExportedFunction | undefined {
  const neighbours = functions.filter((one) => unversioned(one.interface) === unversioned(owner))
  const nearName = suggest(
    name,
    neighbours.map(({ type }) => type.name),
  )
  if (nearName !== undefined) return neighbours.find(({ type }) => type.name === nearName)
  const sameName = functions.filter(({ type }) => type.name === name)
  const nearOwner = suggest(
    unversioned(owner),
    sameName.map((one) => unversioned(one.interface)),
  )
  return sameName.find((one) => unversioned(one.interface) === nearOwner)
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
