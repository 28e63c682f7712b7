import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadJco } from '#washi/host/engine/jco/load-jco.js'
import { describe, expect, it } from 'vitest'
import { engines } from '../../support/engines.js'
import { startTestPool } from '../../support/guest-pool-kit.js'
import { readGuest } from '../../support/guests.js'
import { makeTempFolder } from '../../support/temp-folder.js'

describe.each(engines)('starting under $kind', (engine) => {
  it('tells the world of the component', async () => {
    await using test = await startTestPool('ping', { engine })
    expect(test.pool.world.imports.map(({ name }) => name)).toContain('test:pingpong/pingpong@0.1.0')
  })

  it('refuses what is no component, and what needs more memory than its limit', async () => {
    await expect(startTestPool(Buffer.from('no component'), { engine })).rejects.toMatchObject({
      code: 'COMPONENT_INVALID',
    })
    await expect(startTestPool('http-hello', { engine, maxMemoryBytes: 65_536 })).rejects.toMatchObject({
      code: 'COMPONENT_MEMORY_TOO_LARGE',
    })
  })

  it('refuses a component whose code is damaged', async () => {
    const bytes = readGuest('http-hello')
    const at = Buffer.from(bytes).indexOf(Buffer.from([0x0b, 0x0b]))
    bytes.fill(0xff, at, at + 2)
    await expect(startTestPool(bytes, { engine })).rejects.toMatchObject({ name: 'AppError' })
  })
})

describe('loadJco()', () => {
  it('tells the command that installs it where it is not there', async () => {
    await using folder = await makeTempFolder()
    await expect(loadJco(folder.path)).rejects.toMatchObject({
      code: 'ENGINE_NOT_INSTALLED',
      message: `Cannot find the package "@bytecodealliance/jco-transpile" from "${folder.path}"`,
      hint: 'npm install @bytecodealliance/jco-transpile',
    })
  })

  it('tells why what is there cannot be used', async () => {
    await using folder = await makeTempFolder()
    const place = join(folder.path, 'node_modules/@bytecodealliance/jco-transpile')
    await mkdir(place, { recursive: true })
    await writeFile(join(place, 'package.json'), '{ "type": "module", "main": "index.js" }')
    await writeFile(join(place, 'index.js'), 'export const other = 1')
    await expect(loadJco(folder.path)).rejects.toThrow('has no function transpileBytes')
  })
})
