import { z } from 'zod'

/** What the token in a provider archive says of it. */
export const providerClaimsSchema = z.object({
  iss: z.string(),
  /** The provider's own key (`V…`). */
  sub: z.string(),
  exp: z.number().nullish(),
  nbf: z.number().nullish(),
  wascap: z.object({
    name: z.string().nullish(),
    vendor: z.string().nullish(),
    rev: z.number().nullish(),
    ver: z.string().nullish(),
    /** SHA-256 in upper-case hexadecimal digits, by target. */
    target_hashes: z.record(z.string(), z.string()).default({}),
    config_schema: z.unknown().optional(),
  }),
})
export type ProviderClaims = Readonly<z.infer<typeof providerClaimsSchema>>

/** The claims of a token; its signature is not looked at, as real hosts do not. Throws where it is none. */
export function parseProviderToken(token: string): ProviderClaims {
  const [, payload] = token.trim().split('.')
  return providerClaimsSchema.parse(JSON.parse(Buffer.from(payload ?? '', 'base64url').toString('utf8')))
}
