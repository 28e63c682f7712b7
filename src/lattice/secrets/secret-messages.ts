import { z } from 'zod'
import { jsonOf } from '../message.js'
import type { SecretValue } from './secret-value.js'

/** The header with the public key that a request was sealed with. */
export const requestKeyHeader = 'WasmCloud-Host-Xkey'
/** The header with the public key that an answer was sealed with; an answer without it is a refusal in plain text. */
export const responseKeyHeader = 'Server-Response-Xkey'

/** A request for one secret, before it is sealed. */
export const secretRequestSchema = z.object({
  key: z.string(),
  field: z.string().nullish(),
  version: z.string().nullish(),
  context: z.object({
    entity_jwt: z.string(),
    host_jwt: z.string(),
    application: z.object({ name: z.string().nullish(), policy: z.string().default('') }),
  }),
})
export type SecretRequest = Readonly<z.infer<typeof secretRequestSchema>>

/** Words of the protocol for a refusal: one of a few, some with a text of the backend. */
const refusalSchema = z.union([z.string(), z.record(z.string(), z.string())])
export type SecretRefusal = z.infer<typeof refusalSchema>

const wireSecretSchema = z.object({
  version: z.string().default(''),
  string_secret: z.string().nullish(),
  binary_secret: z.array(z.int().min(0).max(255)).nullish(),
})

/** The answer to a request for a secret. */
export const secretResponseSchema = z.object({
  secret: wireSecretSchema.nullish(),
  error: refusalSchema.nullish(),
})

/** A secret to store, before it is sealed. */
export const putSecretRequestSchema = z.object({
  key: z.string(),
  version: z.string().default(''),
  string_secret: z.string().nullish(),
  binary_secret: z.array(z.int().min(0).max(255)).nullish(),
})

/** The answer to it. */
export const putSecretResponseSchema = z.object({
  revision: z.int().min(0).default(0),
  error: refusalSchema.nullish(),
})

/** What a backend says where a secret has another value, or none any more. */
export const secretChangedSchema = z.object({ key: z.string() })

/** The fields of a value on the wire. */
export function toWireSecret(value: SecretValue): {
  readonly string_secret: string | null
  readonly binary_secret: readonly number[] | null
} {
  if (value.kind === 'string') return { string_secret: value.value, binary_secret: null }
  return { string_secret: null, binary_secret: [...value.value] }
}

/** The value in the fields of the wire; undefined where there is none. */
export function fromWireSecret(wire: {
  readonly string_secret?: string | null | undefined
  readonly binary_secret?: readonly number[] | null | undefined
}): SecretValue | undefined {
  if (typeof wire.string_secret === 'string') return { kind: 'string', value: wire.string_secret }
  if (wire.binary_secret) return { kind: 'bytes', value: Uint8Array.from(wire.binary_secret) }
  return undefined
}

/** Parses opened bytes; undefined where they are something else. What they hold appears in no message. */
export function parseSealed<S extends z.ZodType>(schema: S, payload: Uint8Array): z.output<S> | undefined {
  const parsed = schema.safeParse(jsonOf({ payload }))
  return parsed.success ? parsed.data : undefined
}

/** A refusal in words. */
export function describeRefusal(refusal: SecretRefusal): string {
  if (typeof refusal === 'string') return refusal
  return Object.entries(refusal)
    .map(([kind, text]) => `${kind}: ${text}`)
    .join(', ')
}
