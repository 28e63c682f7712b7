import { z } from 'zod'
import { stringMapSchema } from '../control/schemas.js'
import { linkMessageSchema } from './link-message.js'
import { wireSecretsSchema } from './secret-map.js'

/** What a host tells a provider at its start, on standard input. */
export const hostDataSchema = z.object({
  host_id: z.string().default(''),
  lattice_rpc_prefix: z.string().default('default'),
  link_name: z.string().default('default'),
  lattice_rpc_user_jwt: z.string().default(''),
  lattice_rpc_user_seed: z.string().default(''),
  lattice_rpc_url: z.string().default(''),
  provider_key: z.string().default(''),
  env_values: stringMapSchema.default({}),
  instance_id: z.string().default(''),
  link_definitions: z.array(linkMessageSchema).default([]),
  cluster_issuers: z.array(z.string()).default([]),
  config: stringMapSchema.default({}),
  secrets: wireSecretsSchema.default({}),
  host_xkey_public_key: z.string().default(''),
  provider_xkey_private_key: z.string().default(''),
  default_rpc_timeout_ms: z.number().nullish(),
  structured_logging: z.boolean().default(false),
  log_level: z.string().nullish(),
  otel_config: z.looseObject({}).nullish(),
})
export type HostData = Readonly<z.infer<typeof hostDataSchema>>

/** The line that a provider reads: base64 of the JSON, and its end. */
export function encodeHostData(data: HostData): string {
  return `${Buffer.from(JSON.stringify(data)).toString('base64')}\r\n`
}

/** Reads that line. Throws where it is none. */
export function decodeHostData(line: string): HostData {
  return hostDataSchema.parse(JSON.parse(Buffer.from(line.trim(), 'base64').toString('utf8')))
}
