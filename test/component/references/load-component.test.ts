import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadComponent } from '#washi/component/references/load-component.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

describe('loadComponent()', () => {
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'washi-load-'))
    await writeFile(join(folder, 'a.wasm'), new Uint8Array([1, 2, 3]))
    await mkdir(join(folder, 'folder.wasm'))
  })

  afterAll(() => rm(folder, { recursive: true, force: true }))

  it.each(['file://./a.wasm', 'file://a.wasm', 'a.wasm', './a.wasm'])(
    'reads %s from the folder that it is given',
    async (reference) => {
      expect(await loadComponent(reference, { folder })).toEqual(new Uint8Array([1, 2, 3]))
    },
  )

  it('reads absolute paths wherever it is', async () => {
    const reference = `file://${join(folder, 'a.wasm')}`
    expect(await loadComponent(reference, { folder: '/' })).toEqual(new Uint8Array([1, 2, 3]))
  })

  it('names the file that is not there', async () => {
    await expect(loadComponent('file://b.wasm', { folder })).rejects.toMatchObject({
      code: 'COMPONENT_NOT_FOUND',
      message: `Cannot read component "${join(folder, 'b.wasm')}": no such file`,
      hint: 'Check the path, or build the component: washi build',
    })
  })

  it.each<[string, string, string]>([
    ['a directory', 'folder.wasm', 'it is a directory'],
    ['a path through a file', 'a.wasm/b.wasm', 'a part of its path is not a directory'],
  ])('refuses %s', async (_, path, why) => {
    await expect(loadComponent(path, { folder })).rejects.toMatchObject({
      code: 'COMPONENT_NOT_FOUND',
      message: `Cannot read component "${join(folder, path)}": ${why}`,
    })
  })

  it.skipIf(process.platform === 'win32')('refuses a pipe instead of waiting for it', async () => {
    const pipe = join(folder, 'pipe.wasm')
    execFileSync('mkfifo', [pipe])
    await expect(loadComponent(pipe)).rejects.toMatchObject({
      code: 'COMPONENT_NOT_FOUND',
      message: `Cannot read component "${pipe}": it is not a regular file`,
    })
  })

  it('refuses files that are too long without reading them', async () => {
    await expect(loadComponent('a.wasm', { folder, maxBytes: 2 })).rejects.toMatchObject({
      code: 'COMPONENT_NOT_FOUND',
      message: expect.stringContaining('it is larger than 2 bytes') as string,
    })
  })

  it('rejects with the reason of a signal that was aborted', async () => {
    const reason = new Error('enough')
    const signal = AbortSignal.abort(reason)
    await expect(loadComponent('a.wasm', { folder, signal })).rejects.toBe(reason)
  })

  it('refuses images and built-in providers in one sentence', async () => {
    await expect(loadComponent('ghcr.io/a/b:1')).rejects.toMatchObject({
      code: 'COMPONENT_REFERENCE_UNSUPPORTED',
      message: 'Cannot pull "ghcr.io/a/b:1": components are not loaded from registries yet',
      hint: 'Use a file:// reference',
    })
    await expect(loadComponent('wasmcloud+builtin://http-server')).rejects.toMatchObject({
      code: 'COMPONENT_REFERENCE_UNSUPPORTED',
      message: 'Cannot load "wasmcloud+builtin://http-server": it is a built-in provider, not a component',
    })
  })
})
