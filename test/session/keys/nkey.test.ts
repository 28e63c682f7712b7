import { fromPublic, fromSeed } from '@nats-io/nkeys'
import { createNkey, keyKinds } from '#washi/session/keys/nkey.js'
import { describe, expect, it } from 'vitest'

describe('createNkey()', () => {
  it.each(['account', 'user', 'server', 'operator', 'cluster'] as const)(
    'makes a key of kind %s that the library of NATS signs and verifies with',
    (kind) => {
      const { publicKey, seed } = createNkey(kind)
      const pair = fromSeed(new TextEncoder().encode(seed))
      expect(pair.getPublicKey()).toBe(publicKey)
      const data = new TextEncoder().encode('some data')
      expect(fromPublic(publicKey).verify(data, pair.sign(data))).toBe(true)
    },
  )

  it('begins public keys and seeds with the letters of their kind', () => {
    const letters = Object.fromEntries(keyKinds.map((kind) => [kind, createNkey(kind).publicKey[0]] as const))
    expect(letters).toEqual({
      ...{ account: 'A', user: 'U', module: 'M', component: 'M', service: 'V', provider: 'V' },
      ...{ server: 'N', host: 'N', operator: 'O', cluster: 'C', curve: 'X', x25519: 'X' },
    })
    for (const kind of keyKinds) {
      const { publicKey, seed } = createNkey(kind)
      expect(seed.slice(0, 2)).toBe(`S${publicKey[0]}`)
      expect([publicKey.length, seed.length]).toEqual([56, 58])
    }
  })
})
