import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transform } from 'esbuild'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../support/washi-lattice.js'

const guide = fileURLToPath(new URL('../../docs/guides/host-api.md', import.meta.url))

describe('the guide to hosts in programs', () => {
  let folder: string
  let program: string
  let printed: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'washi-guide-'))
    await mkdir(join(folder, 'node_modules'))
    await symlink(root, join(folder, 'node_modules/washi'))
    await symlink(join(root, 'node_modules/@types'), join(folder, 'node_modules/@types'))
    await symlink(join(root, 'test/fixtures/components'), join(folder, 'build'))
    await writeFile(join(folder, 'package.json'), '{"type":"module"}')
    const text = await readFile(guide, 'utf8')
    program = blocks(text, 'ts').join('\n')
    printed = blocks(text, 'text').join('')
    await writeFile(join(folder, 'program.ts'), program)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('prints what it says, ends by itself and says nothing else', async () => {
    const { code } = await transform(program, { loader: 'ts', target: 'node20' })
    await writeFile(join(folder, 'program.mjs'), code)
    const ended = await execa(process.execPath, ['program.mjs'], {
      cwd: folder,
      reject: false,
      stripFinalNewline: false,
      timeout: 120_000,
    })
    expect(ended.stdout, ended.stderr).toBe(printed)
    expect(ended).toMatchObject({ exitCode: 0, stderr: '' })
  })

  it('has the types that it uses', async () => {
    const options = ['--noEmit', '--module', 'nodenext', '--target', 'es2022', '--strict', '--skipLibCheck']
    const types = ['--lib', 'es2023,esnext.disposable', '--types', 'node']
    const tsc = join(root, 'node_modules/.bin/tsc')
    const ended = await execa(tsc, [...options, ...types, 'program.ts'], { cwd: folder, reject: false })
    expect(ended.stdout).toBe('')
  })
})

function blocks(text: string, language: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, code = '']) => code,
  )
}
