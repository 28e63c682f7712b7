import { fromPublic } from '@nats-io/nkeys'
import { z } from 'zod'

const claimsSchema = z.object({
  iss: z.string(),
  sub: z.string(),
  exp: z.number().nullish(),
  nbf: z.number().nullish(),
})

/**
 * Whom a token of wasmCloud is about: its subject, where its issuer has signed it and it is valid at `now`.
 * Throws what is wrong with it.
 */
export function subjectOfToken(token: string, now: number): string {
  const [head = '', body = '', signature = ''] = token.split('.')
  const parsed = claimsSchema.safeParse(parseJson(body))
  if (!parsed.success) throw new Error('it is no token')
  const { iss, sub, exp, nbf } = parsed.data
  if (!isSigned(iss, Buffer.from(`${head}.${body}`), Buffer.from(signature, 'base64url'))) {
    throw new Error('its signature is wrong')
  }
  if (exp && exp * 1000 <= now) throw new Error('it has expired')
  if (nbf && nbf * 1000 > now) throw new Error('it is not valid yet')
  return sub
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown
  } catch {
    // The schema refuses undefined.
    return undefined
  }
}

function isSigned(issuer: string, text: Uint8Array, signature: Uint8Array): boolean {
  try {
    return fromPublic(issuer).verify(text, signature)
  } catch {
    // No key, or one that does not sign.
    return false
  }
}
