import { z } from 'zod'
import { linkSchema, stringMapSchema } from '../control/schemas.js'
import type { Xkey } from '../secrets/xkey.js'
import { wireSecretsSchema } from './secret-map.js'
import type { WireSecrets } from './secret-map.js'

const sealedSchema = z.array(z.number().int().min(0).max(255)).nullish()

/** A link as a provider is told of it: configuration as values, secrets sealed for the provider. */
export const linkMessageSchema = linkSchema.omit({ source_config: true, target_config: true }).extend({
  source_config: stringMapSchema.default({}),
  target_config: stringMapSchema.default({}),
  source_secrets: sealedSchema,
  target_secrets: sealedSchema,
})
export type LinkMessage = Readonly<z.infer<typeof linkMessageSchema>>

/** Seals what only the holder of the recipient's key may read; null where there is nothing. */
export function sealSecrets(secrets: WireSecrets, key: Xkey, recipient: string): number[] | null {
  if (Object.keys(secrets).length === 0) return null
  return [...key.seal(new TextEncoder().encode(JSON.stringify(secrets)), recipient)]
}

/** The reverse of sealSecrets(); undefined where the bytes were not sealed so. */
export function openSecrets(
  sealed: readonly number[] | null | undefined,
  key: Xkey,
  sender: string,
): WireSecrets | undefined {
  if (!sealed) return {}
  try {
    const opened = key.open(Uint8Array.from(sealed), sender)
    return wireSecretsSchema.parse(JSON.parse(new TextDecoder().decode(opened)))
  } catch {
    return undefined // sealed for somebody else, or no secrets
  }
}
