import type { ValueType, WitFunction, WitInterface, World } from '../../wit/model.js'
import { casesOf, partsOf } from '../../wit/type-traits.js'
import { findMappedExport } from './mapped-exports.js'

/** `instance function` of everything that a component exports and that can be called with wRPC bytes. */
export function callableFunctions(world: World): string[] {
  return world.exports.flatMap((item) =>
    item.kind === 'function' ? namesOf('', [item.function]) : namesOfInterface(item),
  )
}

function namesOfInterface({ name, functions }: WitInterface): string[] {
  const mapped = findMappedExport(name)
  return mapped === undefined
    ? namesOf(name, functions)
    : mapped.wire.functions.map((one) => `${mapped.wire.name} ${one.name}`)
}

function namesOf(instance: string, functions: readonly WitFunction[]): string[] {
  return functions.filter(isCallable).map(({ name }) => `${instance} ${name}`)
}

/** Whether a function can cross a link: handles of resources mean nothing to another party, as on the real host. */
export function isCallable({ binding, params, result }: WitFunction): boolean {
  if (binding.kind !== 'free') return false
  return !params.some(({ type }) => holdsHandle(type)) && !(result && holdsHandle(result))
}

function holdsHandle(type: ValueType): boolean {
  if (type.kind === 'own' || type.kind === 'borrow') return true
  if (type.kind === 'list') return holdsHandle(type.element)
  const parts = partsOf(type) ?? casesOf(type)?.flatMap((entry) => entry.type ?? []) ?? []
  return parts.some(holdsHandle)
}
