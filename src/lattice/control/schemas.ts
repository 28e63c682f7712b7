import { z } from 'zod'

/*
 * The messages of the control interface, each schema written once for clients and hosts: tolerant where we read (unknown
 * fields pass, absent ones get the real host's default), strict where we send (encodeRequest refuses unknown fields).
 */

const u32 = z.int().min(0).max(0xffff_ffff)
const names = z.array(z.string()).default([])

/** Flat text to text: labels, annotations, constraints, the values of a config. */
export const stringMapSchema = z.custom<Record<string, string>>(
  isStringMap,
  'Invalid input: expected a map of text to text',
)
export type StringMap = Readonly<Record<string, string>>

/** A link in its control and storage form; all eight fields are always written. */
export const linkSchema = z.object({
  source_id: z.string(),
  target: z.string(),
  name: z.string().default('default'),
  wit_namespace: z.string(),
  wit_package: z.string(),
  interfaces: z.array(z.string()),
  source_config: names,
  target_config: names,
})
export type Link = Readonly<z.infer<typeof linkSchema>>
export type LinkInput = Readonly<z.input<typeof linkSchema>>

/** What identifies a link of a source. */
export const linkKeySchema = z.object({
  source_id: z.string(),
  name: z.string().default('default'),
  wit_namespace: z.string(),
  wit_package: z.string(),
})
export type LinkKey = Readonly<z.infer<typeof linkKeySchema>>
export type LinkKeyInput = Readonly<z.input<typeof linkKeySchema>>

export const stopHostRequestSchema = z.object({
  host_id: z.string().default(''),
  /** Milliseconds. */
  timeout: z.int().min(0).nullish(),
})

export const componentAuctionRequestSchema = z.object({
  component_ref: z.string().default(''),
  component_id: z.string(),
  constraints: stringMapSchema,
})
export type ComponentAuctionRequest = Readonly<z.input<typeof componentAuctionRequestSchema>>

export const providerAuctionRequestSchema = z.object({
  provider_ref: z.string().default(''),
  provider_id: z.string(),
  constraints: stringMapSchema,
})
export type ProviderAuctionRequest = Readonly<z.input<typeof providerAuctionRequestSchema>>

/** A host that would take the component. Real hosts put the reference in `component_id`: rely on `host_id` only. */
export const componentAuctionAckSchema = z.object({
  component_ref: z.string().default(''),
  component_id: z.string().default(''),
  host_id: z.string(),
  constraints: stringMapSchema.default({}),
})
export type ComponentAuctionAck = Readonly<z.infer<typeof componentAuctionAckSchema>>

export const providerAuctionAckSchema = z.object({
  provider_ref: z.string().default(''),
  provider_id: z.string().default(''),
  host_id: z.string(),
  constraints: stringMapSchema.default({}),
})
export type ProviderAuctionAck = Readonly<z.infer<typeof providerAuctionAckSchema>>

/** `count` is the wire name of max_instances; 0 stops the component. */
export const scaleComponentRequestSchema = z.object({
  component_ref: z.string().default(''),
  component_id: z.string(),
  annotations: stringMapSchema.nullish(),
  count: u32.default(0),
  component_limits: stringMapSchema.nullish(),
  host_id: z.string().default(''),
  config: names,
  allow_update: z.boolean().default(false),
})
export type ScaleComponentRequest = Readonly<z.infer<typeof scaleComponentRequestSchema>>
export type ScaleComponentInput = Readonly<Omit<z.input<typeof scaleComponentRequestSchema>, 'host_id'>>

export const updateComponentRequestSchema = z.object({
  component_id: z.string().default(''),
  annotations: stringMapSchema.nullish(),
  host_id: z.string().default(''),
  new_component_ref: z.string().default(''),
})
export type UpdateComponentRequest = Readonly<z.infer<typeof updateComponentRequestSchema>>
export type UpdateComponentInput = Readonly<Omit<z.input<typeof updateComponentRequestSchema>, 'host_id'>>

export const startProviderRequestSchema = z.object({
  provider_id: z.string(),
  provider_ref: z.string().default(''),
  host_id: z.string().default(''),
  config: names,
  annotations: stringMapSchema.nullish(),
})
export type StartProviderRequest = Readonly<z.infer<typeof startProviderRequestSchema>>
export type StartProviderInput = Readonly<Omit<z.input<typeof startProviderRequestSchema>, 'host_id'>>

export const stopProviderRequestSchema = z
  .object({
    host_id: z.string().default(''),
    provider_id: z.string().optional(),
    /** Older name of provider_id. */
    provider_ref: z.string().optional(),
  })
  .transform(({ host_id, provider_id, provider_ref }) => ({
    host_id,
    provider_id: provider_id ?? provider_ref ?? '',
  }))

export const putLabelRequestSchema = z.object({ key: z.string(), value: z.string() })
export const deleteLabelRequestSchema = z.object({ key: z.string() })

/** Credentials by registry. */
export const putRegistriesRequestSchema = z.record(
  z.string(),
  z.object({
    username: z.string().nullish(),
    password: z.string().nullish(),
    token: z.string().nullish(),
    registryType: z.string().default('oci'),
  }),
)
export type RegistryCredentials = Readonly<z.input<typeof putRegistriesRequestSchema>>

/** The envelope of every answer. */
export interface ControlResponse<T> {
  readonly success: boolean
  readonly message: string
  readonly response?: T | undefined
}

/** The envelope around `response`, which is absent where there is nothing to say. */
export function controlResponseSchema<T>(response: z.ZodType<T>) {
  return z.object({
    success: z.boolean(),
    message: z.string().default(''),
    response: response.nullish(),
  })
}

/** Unlike z.record(), with any key: "constructor" is a label like another. */
function isStringMap(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.values(value).every((each) => typeof each === 'string')
}
