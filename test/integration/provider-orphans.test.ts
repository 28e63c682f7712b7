import { afterEach, describe, expect, it, vi } from 'vitest'
import { processMark } from '#washi/core/process-mark.js'
import { writeEmbeddedProviderFile, writeProviderFile, type ProviderFile } from '../support/provider-file.js'
import { createWashiLattice, type WashiLattice } from '../support/washi-lattice.js'

vi.setConfig({ testTimeout: 60_000 })

describe('a provider process whose host was killed', () => {
  let lattice: WashiLattice
  let file: ProviderFile
  afterEach(async () => {
    await lattice[Symbol.asyncDispose]()
    await file[Symbol.asyncDispose]()
  })

  const isGone = (pid: number) => expect.poll(() => processMark(pid), { timeout: 20_000 }).toBeUndefined()
  const start = async (): Promise<number> => {
    const { exitCode, stderr } = await lattice.run('start', 'provider', file.path, 'p')
    expect(stderr.includes('Cannot') || exitCode !== 0 ? stderr : '').toBe('')
    const [pid = 0] = await lattice.providerPids()
    expect(await processMark(pid)).toBeDefined()
    return pid
  }

  it('ends by itself where it was written with our SDK', async () => {
    file = await writeEmbeddedProviderFile('keyvalue-memory')
    lattice = await createWashiLattice()
    await lattice.up()
    const pid = await start()
    await lattice.kill()
    await isGone(pid)
  })

  it('is ended by the next host otherwise, and nobody else', async () => {
    // Does not look whether its host lives, as providers of other SDKs do not.
    file = await writeProviderFile(`
      const nothing = async () => undefined
      const definition = { name: 'p', create: () => ({
        start: nothing, linkAsSource: nothing, linkAsTarget: nothing, unlink: nothing, stop: nothing,
        health: async () => ({ healthy: true }),
      }) }
      await runProvider(definition, { input: process.stdin, write: () => undefined })`)
    lattice = await createWashiLattice()
    await lattice.up()
    const pid = await start()
    await lattice.kill()
    expect(await processMark(pid)).toBeDefined()
    // A record of a process that has the number by now, but is another one: this test itself.
    const other = { pid: process.pid, mark: 'another life', host: { pid: 2, mark: 'gone' } }
    await lattice.write(`data/processes/${process.pid}-another_life.json`, JSON.stringify(other))
    await lattice.up()
    await isGone(pid)
    expect(await lattice.providerPids()).toEqual([])
    expect(await lattice.log()).toContain('ending a provider whose host is gone')
  })
})
