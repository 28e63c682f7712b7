import { aliasOf, type AnyType } from './types.js'

/** The same type under a name of its own: another type where names matter. */
export function renamed(type: AnyType): AnyType {
  if (type.kind !== 'resource') return { ...type }
  return aliasOf(type.resource, type.resource.aliases.size)
}
