import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connectLattice } from '#washi/lattice/connection.js'
import { parseLatticeName } from '#washi/lattice/ids.js'
import { ComponentError, startLattice } from '#washi/testing/index.js'
import { describe, expect, it } from 'vitest'
import { guestFile } from '../support/guests.js'
import { makeTempFolder } from '../support/temp-folder.js'
import { freePort, httpManifest } from '../support/washi-lattice.js'

const pingpong = 'test:pingpong/pingpong'

describe('startLattice()', () => {
  it('starts, links and calls components', async () => {
    await using lattice = await startLattice()
    await lattice.startComponent({ id: 'ping', file: guestFile('ping') })
    await lattice.startComponent({ id: 'pong', file: guestFile('pong') })
    await lattice.link({ source: 'ping', target: 'pong', interfaces: [pingpong] })
    expect(await lattice.call('pong', pingpong, 'add', 40, 2)).toBe(42)
    expect(await (await lattice.fetch('ping', '/add/6/7')).text()).toBe('13\n')
  })

  it('gives values, errors and bodies of every kind', async () => {
    await using lattice = await startLattice()
    await lattice.startComponent({ id: 'echo', file: guestFile('echo-types') })
    await lattice.startComponent({ id: 'hello', file: guestFile('http-hello') })
    const failing = lattice.call('echo', 'test:types/echo', 'echo-result', { tag: 'err', val: 'no luck' })
    await expect(failing).rejects.toThrow(ComponentError)
    await expect(failing).rejects.toMatchObject({ payload: 'no luck' })
    expect(await lattice.call('echo', 'test:types/echo', 'nothing')).toBeUndefined()
    const body = 'x'.repeat(1_000_000)
    expect(await (await lattice.fetch('hello', '/echo', { method: 'POST', body })).text()).toBe(body)
  })

  it('keeps what components log, with their configuration', async () => {
    await using lattice = await startLattice()
    await lattice.startComponent({
      id: 'trouble',
      file: guestFile('trouble'),
      config: { greeting: 'hello' },
    })
    expect(await (await lattice.fetch('trouble', '/config/greeting')).text()).toBe('hello')
    const waiting = lattice.nextLog('careful')
    await lattice.fetch('trouble', '/log/warn?text=careful')
    expect(await waiting).toMatchObject({ level: 'warn', fields: { component: 'trouble' } })
  })

  it('deploys manifests', async () => {
    await using lattice = await startLattice()
    await using folder = await makeTempFolder()
    const port = await freePort()
    const manifest = join(folder.path, 'wadm.yaml')
    const component = fileURLToPath(guestFile('http-hello'))
    await writeFile(manifest, httpManifest({ component, port }))
    const { urls } = await lattice.deploy(manifest)
    expect(urls).toEqual([`http://127.0.0.1:${port}`])
    expect(await (await fetch(urls[0] ?? '')).text()).toBe('Hello from washi!\n')
  })

  it('says what does not run, and why something cannot start', async () => {
    await using lattice = await startLattice()
    await expect(lattice.call('nobody', pingpong, 'ping')).rejects.toMatchObject({ code: 'NOT_RUNNING' })
    await expect(lattice.startComponent({ id: 'none', file: 'none.wasm' })).rejects.toThrow('no such file')
    await expect(lattice.link({ source: 'a', target: 'b', interfaces: ['what'] })).rejects.toMatchObject({
      code: 'USAGE_INVALID',
    })
  })

  it('leaves nothing behind', async () => {
    const lattice = await startLattice()
    await lattice.startComponent({ id: 'pong', file: guestFile('pong') })
    await lattice.stopComponent('pong')
    await lattice.stop()
    await lattice.stop()
    const url = lattice.natsUrl
    await expect(
      connectLattice({ url, lattice: parseLatticeName('default'), name: 'test' }),
    ).rejects.toThrow()
  })
})
