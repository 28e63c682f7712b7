import { AppError } from '../core/errors.js'
import { isVersionCompatible, parseInterfaceName, unversioned } from '../wit/interface-name.js'
import { camelLabel } from '../wit/labels.js'
import type { WitFunction, World } from '../wit/model.js'

/** A function that can be called: the instance as exported, and its type. */
export interface ExportedFunction {
  /** Empty for a function of the world. */
  readonly instance: string
  readonly type: WitFunction
}

/** Every function that a component exports and that belongs to no resource. */
export function listExportedFunctions(world: World): readonly ExportedFunction[] {
  return world.exports.flatMap((item) =>
    item.kind === 'function'
      ? [{ instance: '', type: item.function }]
      : item.functions
          .filter(({ binding }) => binding.kind === 'free')
          .map((type) => ({ instance: item.name, type })),
  )
}

/**
 * The function of that name, as in WIT (`say-hello`) or in camelCase; the interface with or without its version, empty for
 * functions of the world. Throws FUNCTION_NOT_FOUND, which lists what there is.
 */
export function findExportedFunction(world: World, instance: string, name: string): ExportedFunction {
  const functions = listExportedFunctions(world)
  const fits = functions.filter((one) => isNamed(one, instance, name))
  const found = fits.find((one) => one.instance === instance) ?? fits[0]
  if (found !== undefined) return found
  const known = functions.map((one) => nameOf(one)).join(', ')
  throw new AppError(
    'FUNCTION_NOT_FOUND',
    `The component exports no function ${nameOfPair(instance, name)}`,
    {
      hint: known === '' ? 'It exports no function' : `It exports ${known}`,
    },
  )
}

/** `ns:pkg/iface@0.1.0.say-hello`. */
export function nameOf({ instance, type }: ExportedFunction): string {
  return nameOfPair(instance, type.name)
}

function nameOfPair(instance: string, name: string): string {
  return instance === '' ? name : `${instance}.${name}`
}

function isNamed({ instance, type }: ExportedFunction, wanted: string, name: string): boolean {
  return (type.name === name || camelLabel(type.name) === name) && isSameInterface(instance, wanted)
}

/** Whether `wanted` means the interface: with a version that is compatible, or without one. */
export function isSameInterface(name: string, wanted: string): boolean {
  if (name === wanted) return true
  if (unversioned(name) !== unversioned(wanted)) return false
  const version = parseInterfaceName(wanted)?.version
  return version === undefined || isVersionCompatible(version, parseInterfaceName(name)?.version)
}
