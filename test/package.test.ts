import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { guestFile } from './support/washi-lattice.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

describe('the published package, installed into an empty folder', () => {
  let folder: string
  const washi = async (...args: readonly string[]) => {
    const { exitCode, stdout, stderr } = await execa('npx', ['--no-install', 'washi', ...args], {
      cwd: folder,
      env: { WASHI_HOME: join(folder, 'home') },
      reject: false,
      stdin: 'ignore',
    })
    return { exitCode, stdout, stderr }
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'washi-package-'))
    const { stdout } = await execa(
      'npm',
      ['pack', root, '--pack-destination', folder, '--silent', '--ignore-scripts'],
      {
        cwd: folder,
      },
    )
    await writeFile(join(folder, 'package.json'), '{"private":true}')
    await mkdir(join(folder, 'node_modules'))
    await execa('npm', ['install', '--no-audit', '--no-fund', join(folder, stdout.trim())], { cwd: folder })
  }, 240_000)
  afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))

  it('tells its version', async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
    expect(await washi('--version')).toEqual({ exitCode: 0, stdout: `washi ${version}`, stderr: '' })
  })

  it('creates a project with every file of its template', async () => {
    const created = await washi('new', 'component', 'hello', '--template-name', 'hello-world-typescript')
    expect(created).toMatchObject({ exitCode: 0 })
    const files = [
      '.gitignore',
      'package.json',
      'package-lock.json',
      'src/handler.ts',
      'wasmcloud.toml',
      'wit/world.wit',
    ]
    for (const file of files) await readFile(join(folder, 'hello', file))
    expect(await readFile(join(folder, 'hello/wasmcloud.toml'), 'utf8')).toContain(
      'build_artifact = "build/hello.wasm"',
    )
  })

  it('has washi/testing, with types', async () => {
    const wasm = JSON.stringify(guestFile('pong'))
    await writeFile(
      join(folder, 'pong.ts'),
      `import { loadComponent, startLattice } from 'washi/testing'
type Exports = { 'test:pingpong/pingpong': { add(a: number, b: number): number } }
await using pong = await loadComponent<Exports>(${wasm})
const sum: number = await pong.exports['test:pingpong/pingpong'].add(40, 2)
await using lattice = await startLattice()
await lattice.startComponent({ id: 'pong', file: ${wasm} })
console.log(sum, await lattice.call('pong', 'test:pingpong/pingpong', 'add', 1, 2))
// @ts-expect-error: the function takes numbers
void pong.exports['test:pingpong/pingpong'].add('1', 2).catch(() => undefined)
`,
    )
    const options = ['--module', 'nodenext', '--target', 'es2022', '--strict', '--skipLibCheck']
    const types = ['--lib', 'es2023,esnext.disposable', '--typeRoots', join(root, 'node_modules/@types')]
    await writeFile(join(folder, 'package.json'), '{"private":true,"type":"module"}')
    await execa(join(root, 'node_modules/.bin/tsc'), [...options, ...types, 'pong.ts'], { cwd: folder })
    expect((await execa(process.execPath, ['pong.js'], { cwd: folder })).stdout).toBe('42 3')
  }, 120_000)

  it('runs a lattice in the background, and takes it down', async () => {
    const up = await washi('up', '-d', '--nats-port', '0', '-o', 'json')
    expect(up, up.stderr).toMatchObject({ exitCode: 0 })
    const { host_id: hostId } = JSON.parse(up.stdout) as { host_id: string }
    expect(JSON.parse((await washi('get', 'hosts', '-o', 'json')).stdout)).toMatchObject({
      hosts: [{ id: hostId }],
    })
    const down = await washi('down', '-o', 'json')
    expect(JSON.parse(down.stdout)).toMatchObject({
      success: true,
      hosts_stopped: [hostId],
      nats_stopped: true,
    })
  }, 120_000)
})
