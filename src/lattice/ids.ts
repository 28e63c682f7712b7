import { z } from 'zod'
import { AppError } from '../core/errors.js'

/** Public key of a host: a server nkey, `N` and 55 characters of base32. */
export const hostIdSchema = z
  .string()
  .regex(/^N[A-Z2-7]{55}$/, 'is not a host id')
  .brand<'HostId'>()
export type HostId = z.infer<typeof hostIdSchema>

const entityName = z.string().regex(/^[A-Za-z0-9_-]+$/, 'may hold letters, digits, _ and - only')

/** Id of a component in its lattice: a free name, not a key. */
export const componentIdSchema = entityName.brand<'ComponentId'>()
export type ComponentId = z.infer<typeof componentIdSchema>

/** Id of a provider in its lattice: a free name, not a key. */
export const providerIdSchema = entityName.brand<'ProviderId'>()
export type ProviderId = z.infer<typeof providerIdSchema>

/** Name of a lattice; it is part of subjects and of bucket names. */
export const latticeNameSchema = entityName.brand<'LatticeName'>()
export type LatticeName = z.infer<typeof latticeNameSchema>

/** Throws ID_INVALID unless `text` is a host id. */
export function parseHostId(text: string): HostId {
  return parseId(hostIdSchema, text, 'host id', 'Run: washi get hosts')
}

/** Throws ID_INVALID unless `text` may be a component id. */
export function parseComponentId(text: string): ComponentId {
  return parseId(componentIdSchema, text, 'component id', 'Use letters, digits, "_" and "-" only')
}

/** Throws ID_INVALID unless `text` may be a provider id. */
export function parseProviderId(text: string): ProviderId {
  return parseId(providerIdSchema, text, 'provider id', 'Use letters, digits, "_" and "-" only')
}

/** Throws ID_INVALID unless `text` may name a lattice. */
export function parseLatticeName(text: string): LatticeName {
  return parseId(latticeNameSchema, text, 'lattice name', 'Use letters, digits, "_" and "-" only')
}

function parseId<S extends z.ZodType>(schema: S, text: string, what: string, hint: string): z.output<S> {
  const parsed = schema.safeParse(text)
  if (parsed.success) return parsed.data
  throw new AppError('ID_INVALID', `Not a ${what}: "${text}"`, { hint })
}
