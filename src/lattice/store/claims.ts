import { z } from 'zod'
import type { StringMap } from '../control/schemas.js'
import { parseStrictJson } from '../strict-json.js'

const keyPrefix = 'CLAIMS_'
const tags = z.union([z.array(z.string()), z.string().transform((text) => text.split(',').filter(Boolean))])

const storedClaimsSchema = z.preprocess(
  withLongNames,
  z.object({
    issuer: z.string(),
    name: z.string().default(''),
    revision: z.string().default('0'),
    subject: z.string(),
    version: z.string().default(''),
    call_alias: z.string().optional(),
    tags: tags.optional(),
    config_schema: z.string().nullish(),
  }),
)

/** Claims of a signed component or provider as the lattice stores them. */
export type StoredClaims = Readonly<z.infer<typeof storedClaimsSchema>>

/** Reads the claims stored under that key; undefined for other keys and damaged values. */
export function parseClaims(key: string, value: Uint8Array): StoredClaims | undefined {
  if (!key.startsWith(keyPrefix)) return undefined
  try {
    const claims = storedClaimsSchema.parse(parseStrictJson(value))
    return claims.subject === key.slice(keyPrefix.length) ? claims : undefined
  } catch {
    // Damaged, or of a kind that washi does not know: claims only inform.
    return undefined
  }
}

/** The entry of claims.get: component claims have call_alias and tags, provider claims config_schema. */
export function claimsListEntry(claims: StoredClaims): StringMap {
  const { issuer, name, revision, subject, version } = claims
  const common = { iss: issuer, issuer, name, rev: revision, revision, sub: subject, subject, version }
  if (claims.tags === undefined) return { ...common, config_schema: claims.config_schema ?? '' }
  return { ...common, call_alias: claims.call_alias ?? '', tags: claims.tags.join(',') }
}

function withLongNames(claims: unknown): unknown {
  if (typeof claims !== 'object' || claims === null) return claims
  const { iss, rev, sub, ...rest } = claims as Record<string, unknown>
  return {
    ...(iss === undefined ? {} : { issuer: iss }),
    ...(rev === undefined ? {} : { revision: rev }),
    ...(sub === undefined ? {} : { subject: sub }),
    ...rest,
  }
}
