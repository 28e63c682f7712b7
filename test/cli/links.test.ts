import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWashiLattice, freePort, guestFile, type WashiLattice } from '../support/washi-lattice.js'

const http = ['wasi', 'http', '--interface', 'incoming-handler'] as const

describe('links on the command line', () => {
  let lattice: WashiLattice
  beforeAll(async () => {
    lattice = await createWashiLattice()
    await lattice.up()
  })
  afterAll(() => lattice[Symbol.asyncDispose]())

  const links = async (): Promise<readonly Record<string, unknown>[]> => {
    const { links: all } = (await lattice.json('get', 'links')) as { links: Record<string, unknown>[] }
    return all
  }

  it('can be put again as they are, and change only where --replace says so', async () => {
    expect(await lattice.run('link', 'put', 'a', 'b', ...http)).toMatchObject({ exitCode: 0 })
    expect(await lattice.run('link', 'put', 'a', 'b', ...http)).toMatchObject({ exitCode: 0 })
    const refused = await lattice.run('link', 'put', 'a', 'c', ...http)
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toContain(
      'There is a link of a on wasi:http (default) already, with target "b" instead of "c"',
    )
    expect(refused.stderr).toContain(
      'washi link del a wasi http && washi link put a c wasi http --interface incoming-handler',
    )
    expect(await links()).toMatchObject([{ source_id: 'a', target: 'b' }])
    const replaced = await lattice.run('link', 'put', 'a', 'c', ...http, '--replace')
    expect(replaced.stdout).toBe('Published link (a) -> (c) successfully, in place of the one to b')
    expect(await links()).toMatchObject([{ source_id: 'a', target: 'c' }])
  })

  it('are deleted by target and all together, not without being asked', async () => {
    await lattice.json('link', 'put', 'x', 'c', ...http)
    await lattice.json('link', 'put', 'y', 'd', ...http)
    const unasked = await lattice.run('link', 'del', '--all')
    expect(unasked).toMatchObject({ exitCode: 2 })
    expect(unasked.stderr).toContain('--force')
    const some = await lattice.run('link', 'del', '--target', 'c', '--force')
    expect(some).toMatchObject({ exitCode: 0 })
    expect((await links()).map(({ source_id }) => source_id)).toEqual(['y'])
    expect(await lattice.json('link', 'del', '--all', '--force')).toMatchObject({
      deleted: [{ source_id: 'y' }],
    })
    expect(await lattice.run('link', 'del', '--all', '--force')).toMatchObject({ exitCode: 1 })
  })

  it('of wasmCloud 0.x are put as what they mean today', async () => {
    const port = await freePort()
    await lattice.json('start', 'provider', 'ghcr.io/wasmcloud/http-server:0.28.0', 'server')
    await lattice.json('start', 'component', guestFile('http-hello'), 'hello')
    const put = await lattice.run('link', 'put', 'hello', 'server', 'wasmcloud:httpserver', `port=${port}`)
    expect(put.stdout).toBe('Published link (server) -> (hello) successfully, and its provider took it')
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('Hello from washi!\n')
  })

  it('that do not fit their ends are put with a warning that says what was compared', async () => {
    const hello = guestFile('http-hello')
    await lattice.json('start', 'component', hello, 'fit')
    await lattice.json('start', 'component', guestFile('pong'), 'fit-source')
    const put = await lattice.run(
      'link',
      'put',
      'fit-source',
      'fit',
      'wasi',
      'keyvalue',
      '--interface',
      'store',
    )
    expect(put.stdout).toContain('Published link (fit-source) -> (fit) successfully')
    expect(put.stderr).toContain(
      `warning: "fit-source" does not import wasi:keyvalue/store; by the world of ${pathToFileURL(guestFile('pong')).href} it imports nothing`,
    )
    expect(put.stderr).toContain(
      `warning: "fit" does not export wasi:keyvalue/store; by the world of ${pathToFileURL(hello).href} it exports wasi:http/incoming-handler`,
    )
    const early = await lattice.run(
      'link',
      'put',
      'nobody-yet',
      'fit',
      'wasi',
      'http',
      '--interface',
      'incoming-handler',
    )
    expect(early).toMatchObject({ exitCode: 0, stderr: '' })
  })
})
