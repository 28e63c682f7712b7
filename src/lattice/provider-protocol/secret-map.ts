import { z } from 'zod'

/** The value of a secret as it is sent. */
const wireSecretSchema = z.union([
  z.object({ kind: z.literal('String'), value: z.string() }),
  z.object({ kind: z.literal('Bytes'), value: z.array(z.number().int().min(0).max(255)) }),
])

/** Secrets by their names, as they are sent. */
export const wireSecretsSchema = z.record(z.string(), wireSecretSchema)
export type WireSecrets = Readonly<z.infer<typeof wireSecretsSchema>>
