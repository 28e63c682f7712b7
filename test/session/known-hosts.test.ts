import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseHostId } from '#washi/lattice/ids.js'
import { createFileRoll, enroll, strikeOff } from '#washi/session/known-hosts.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const [a, b, c] = ['A', 'B', 'C'].map((letter) => parseHostId(`N${letter.repeat(55)}`)) as [
  ReturnType<typeof parseHostId>,
  ReturnType<typeof parseHostId>,
  ReturnType<typeof parseHostId>,
]
const address = { url: 'nats://127.0.0.1:4222', lattice: 'default' }

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'washi-roll-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the roll of a lattice', () => {
  it('is kept for the next command, and apart from that of another lattice', async () => {
    await createFileRoll(folder, address).replace([a, b])
    expect(await createFileRoll(folder, address).known()).toEqual(new Set([a, b]))
    expect(await createFileRoll(folder, { ...address, lattice: 'other' }).known()).toEqual(new Set())
  })

  it('follows sessions: a new bus begins with their hosts, hosts that stop are struck off', async () => {
    const roll = createFileRoll(folder, address)
    await roll.replace([a])
    await enroll(roll, { hosts: [b], ownsBus: true })
    expect(await roll.known()).toEqual(new Set([b]))
    await enroll(roll, { hosts: [c], ownsBus: false })
    expect(await roll.known()).toEqual(new Set([b, c]))
    await strikeOff(roll, [b])
    expect(await roll.known()).toEqual(new Set([c]))
  })

  it('that cannot be read or written is empty, and no failure', async () => {
    const file = join(folder, 'file')
    await writeFile(file, '')
    const roll = createFileRoll(file, address)
    await roll.replace([a])
    expect(await roll.known()).toEqual(new Set())
  })
})
