import { createAccount } from '@nats-io/nkeys'
import { readComponentClaims } from '#washi/component/claims/read-component-claims.js'
import { withoutEmbeddedToken } from '#washi/component/embedded-token.js'
import { describe, expect, it } from 'vitest'
import { readGuest } from '../../support/guests.js'
import { signComponent } from '../../support/sign-component.js'

const now = Date.parse('2026-01-01T00:00:00Z')
const guest = readGuest('http-hello')
const refusalOf = (bytes: Uint8Array): string => {
  try {
    readComponentClaims(bytes, now)
    return 'none'
  } catch (failure) {
    return String(failure)
  }
}

describe('readComponentClaims()', () => {
  it('takes an unsigned component for as good', () => {
    expect(readComponentClaims(guest, now)).toBeUndefined()
  })

  it.each(['wasmcloud_jwt', 'jwt'] as const)('reads what a token in the section %s says', (section) => {
    const { bytes, issuer, subject } = signComponent(guest, { section })
    expect(readComponentClaims(bytes, now)).toMatchObject({
      ...{ iss: issuer, sub: subject },
      wascap: { name: 'hello', rev: 3, ver: '0.4.0', tags: ['a', 'b'] },
    })
    expect(Buffer.compare(withoutEmbeddedToken(bytes), guest)).toBe(0)
  })

  it('refuses a token that another has signed, and one that is damaged', () => {
    const issuer = createAccount().getPublicKey()
    expect(refusalOf(signComponent(guest, { issuer }).bytes)).toContain(`not signed by its issuer ${issuer}`)
    expect(refusalOf(signComponent(guest, { claims: { iss: 5 } }).bytes)).toContain(
      'its token cannot be read',
    )
    expect(refusalOf(signComponent(guest, { issuer: 'nobody' }).bytes)).toContain('its issuer nobody')
  })

  it('refuses a token of other bytes, but asks for no hash in claims from before there was one', () => {
    expect(refusalOf(signComponent(guest, { hash: 'AB' }).bytes)).toContain('its hash is another one')
    expect(refusalOf(signComponent(guest, { hash: 'AB', claims: { wascap_revision: 2 } }).bytes)).toBe('none')
  })

  it('refuses a token before its time and after it', () => {
    const seconds = now / 1000
    const expired = signComponent(guest, { claims: { exp: seconds - 60 } })
    expect(refusalOf(expired.bytes)).toContain('its token has expired, at 2025-12-31T23:59:00.000Z')
    const early = signComponent(guest, { claims: { nbf: seconds + 60 } })
    expect(refusalOf(early.bytes)).toContain('not valid before 2026-01-01T00:01:00.000Z')
    expect(refusalOf(signComponent(guest, { claims: { exp: seconds + 60, nbf: seconds } }).bytes)).toBe(
      'none',
    )
  })
})
