import { fileURLToPath } from 'node:url'
import { readComponent } from '#washi/component/read-component.js'
import { describe, expect, it } from 'vitest'
import { guestFile } from '../support/guests.js'

describe('readComponent()', () => {
  it('returns the bytes of a file with their description', async () => {
    const { bytes, world } = await readComponent(fileURLToPath(guestFile('pong')))
    expect(bytes).toHaveLength(1876)
    expect(world.exports.map((item) => item.name)).toEqual(['test:pingpong/pingpong@0.1.0'])
  })

  it('names the file that is no component', async () => {
    const file = fileURLToPath(import.meta.url)
    await expect(readComponent(file)).rejects.toMatchObject({
      code: 'COMPONENT_INVALID',
      message: `Cannot read component "${file}": it is a text file, not WebAssembly, at offset 0`,
      place: { file },
    })
  })

  it('names the file that is not there', async () => {
    await expect(readComponent('/nowhere/a.wasm')).rejects.toMatchObject({
      code: 'COMPONENT_NOT_FOUND',
      message: 'Cannot read component "/nowhere/a.wasm": no such file',
    })
  })
})
