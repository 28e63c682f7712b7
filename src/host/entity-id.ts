import { AppError } from '../core/errors.js'
import { componentIdSchema, providerIdSchema } from '../lattice/ids.js'

/** The id becomes part of a key in the lattice's store. Throws COMPONENT_START_FAILED, PROVIDER_START_FAILED. */
export function requireEntityId(kind: 'component' | 'provider', id: string): void {
  const isComponent = kind === 'component'
  if ((isComponent ? componentIdSchema : providerIdSchema).safeParse(id).success) return
  throw new AppError(
    isComponent ? 'COMPONENT_START_FAILED' : 'PROVIDER_START_FAILED',
    `${isComponent ? 'Component' : 'Provider'} id "${id}" may hold letters, digits, "_" and "-" only`,
  )
}
