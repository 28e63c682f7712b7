import { createEventId } from '#washi/lattice/events/event-id.js'
import { createFriendlyName } from '#washi/lattice/identity/friendly-name.js'
import { createHostKey, createHostSeed } from '#washi/lattice/identity/host-key.js'
import { parseComponentId, parseHostId, parseLatticeName } from '#washi/lattice/ids.js'
import { describe, expect, it } from 'vitest'

describe('a host key', () => {
  it('is the same for the same seed, and new without one', () => {
    const seed = createHostSeed()
    expect(createHostKey(seed).hostId).toBe(createHostKey(`${seed}\n`).hostId)
    expect(createHostKey().hostId).not.toBe(createHostKey().hostId)
    expect(parseHostId(createHostKey().hostId)).toMatch(/^N[A-Z2-7]{55}$/)
  })

  it.each(['', 'SA', 'SUAM...', 'SNAB', `SN${'A'.repeat(56)}`])(
    'refuses %j as a seed without showing it',
    (seed) => {
      expect(() => createHostKey(seed)).toThrow(expect.objectContaining({ code: 'SEED_INVALID' }) as Error)
      const secret = createHostSeed()
      const broken = `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`
      expect(() => createHostKey(broken)).not.toThrow(broken.slice(4))
    },
  )
})

describe('ids', () => {
  it('are refused with the offending text', () => {
    expect(() => parseHostId('NABC')).toThrow('Not a host id: "NABC"')
    expect(() => parseComponentId('a.b')).toThrow('Not a component id: "a.b"')
    expect(() => parseLatticeName('a b')).toThrow('Not a lattice name: "a b"')
    expect(parseLatticeName('my_lattice-1')).toBe('my_lattice-1')
  })
})

describe('names that a host makes up', () => {
  it('are an adjective, a noun and four digits', () => {
    for (let i = 0; i < 200; i += 1) expect(createFriendlyName()).toMatch(/^[a-z]+-[a-z]+-\d{4}$/)
    expect(createFriendlyName(() => 7)).toBe(createFriendlyName(() => 7))
  })

  it('of events sort by time and look like UUIDs', () => {
    const random = new Uint8Array(10).fill(255)
    expect(createEventId(0x0123456789ab, random)).toBe('01234567-89ab-ffff-ffff-ffffffffffff')
    expect(createEventId(1)).not.toBe(createEventId(1))
  })
})
