import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createShell, type Shell } from '../support/run-washi.js'
import { guestFile } from '../support/washi-lattice.js'
import { witOf } from '../support/wit-text.js'

const fixtures = fileURLToPath(new URL('../fixtures/components/', import.meta.url))

describe('washi with WIT text', () => {
  let shell: Shell
  beforeAll(async () => {
    shell = await createShell()
    await cp(join(fixtures, 'kv-counter/wit'), join(shell.folder, 'wit'), { recursive: true })
    await cp(join(fixtures, 'wit/deps'), join(shell.folder, 'wit/deps'), { recursive: true })
  })
  afterAll(() => shell[Symbol.asyncDispose]())

  it('derives the manifest of a folder of WIT that it derives of the component built from it', async () => {
    const image = ['--image', 'ghcr.io/me/kv-counter:1']
    const fromText = await shell.run(['wit2wadm', 'wit', ...image])
    const fromComponent = await shell.run(['wit2wadm', guestFile('kv-counter'), ...image])
    // Binaries leave interfaces out of which they use nothing.
    const unused = /^.*(monotonic-clock|io\/poll)@.*\n/gm
    expect(fromText.exitCode).toBe(0)
    expect(fromText.stdout.replace(unused, '').trimEnd()).toBe(
      fromComponent.stdout.replace(unused, '').trimEnd(),
    )
    expect((await shell.run(['wit2wadm', 'wit', 'kv-counter'])).stdout).toContain(
      'image: file://./build/kv-counter.wasm',
    )
  })

  it('says where in which file WIT is wrong, and which worlds there are', async () => {
    expect(await shell.run(['wit2wadm', 'wit', 'kv-count'])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        'error: The package washi:kv-counter has no world "kv-count"\n hint: Did you mean "kv-counter"?',
    })
    await writeFile(join(shell.folder, 'broken.wit'), 'package a:b;\nworld w {\n  import c:d/e;\n}\n')
    expect(await shell.run(['wit2wadm', 'broken.wit'])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: [
        'error: Cannot read WIT: there is no package c:d',
        '   at: broken.wit:3:10',
        ' hint: Put the package into the folder deps beside the WIT files',
      ].join('\n'),
    })
    expect(await shell.run(['wit2wadm', 'none.wit'])).toMatchObject({ exitCode: 2 })
  })

  it('prints the world of a component as WIT that can be read', async () => {
    const { exitCode, stdout } = await shell.run(['inspect', '--wit', guestFile('kv-counter')])
    expect(exitCode).toBe(0)
    expect(witOf(stdout).world().imports).toHaveLength(9)
  })
})
