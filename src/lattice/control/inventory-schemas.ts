import { z } from 'zod'
import { hostIdSchema } from '../ids.js'
import { linkSchema, stringMapSchema } from './schemas.js'

/** The answer to a ping. */
export const hostSchema = z.object({
  id: hostIdSchema,
  rpc_host: z.string().default(''),
  ctl_host: z.string().default(''),
  friendly_name: z.string().default(''),
  labels: stringMapSchema.default({}),
  lattice: z.string().default(''),
  uptime_human: z.string().default(''),
  uptime_seconds: z.number().default(0),
  version: z.string().default(''),
  js_domain: z.string().nullish(),
})
export type HostSummary = Readonly<z.infer<typeof hostSchema>>

/** A component that runs on a host. */
export const componentDescriptionSchema = z.object({
  id: z.string(),
  image_ref: z.string(),
  name: z.string().nullish(),
  annotations: stringMapSchema.nullish(),
  revision: z.number().default(0),
  max_instances: z.number().default(0),
  limits: stringMapSchema.nullish(),
})
export type ComponentDescription = Readonly<z.infer<typeof componentDescriptionSchema>>

/**
 * What became of a link at its provider; `pending` until the provider answered.
 * Told by washi's hosts only, and ignored by real peers.
 */
export const providerLinkStateSchema = linkSchema
  .pick({ source_id: true, target: true, name: true, wit_namespace: true, wit_package: true })
  .extend({
    state: z.enum(['established', 'failed', 'pending']),
    error: z.string().optional(),
  })
export type ProviderLinkState = Readonly<z.infer<typeof providerLinkStateSchema>>

/** A provider that runs on a host. */
export const providerDescriptionSchema = z.object({
  id: z.string(),
  image_ref: z.string().nullish(),
  name: z.string().nullish(),
  revision: z.number().default(0),
  annotations: stringMapSchema.nullish(),
  links: z.array(providerLinkStateSchema).optional(),
  /** Why it does not do its work at present. Told by washi's hosts only. */
  trouble: z.string().optional(),
})
export type ProviderDescription = Readonly<z.infer<typeof providerDescriptionSchema>>

/** All that runs on a host; also the data of its heartbeat. `actors` is the older name of `components`. */
export const hostInventorySchema = z.preprocess(
  withComponents,
  z.object({
    components: z.array(componentDescriptionSchema),
    providers: z.array(providerDescriptionSchema),
    host_id: hostIdSchema,
    friendly_name: z.string().default(''),
    labels: stringMapSchema.default({}),
    version: z.string().default(''),
    uptime_human: z.string().default(''),
    uptime_seconds: z.number().default(0),
  }),
)
export type HostInventory = Readonly<z.infer<typeof hostInventorySchema>>

/** Claims as claims.get lists them: text to text. */
export const claimsListSchema = z.array(stringMapSchema)

function withComponents(inventory: unknown): unknown {
  if (typeof inventory !== 'object' || inventory === null || !('actors' in inventory)) return inventory
  return { components: inventory.actors, ...inventory }
}
