import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { execa } from 'execa'
import { installJavaScriptToolchain } from './javascript-guest.js'
import { raiseInitialMemory } from './raise-initial-memory.js'

/** Guests of test/guests: sources, and how each is made into a component. See the README there. */
const guests = fileURLToPath(new URL('../guests/', import.meta.url))
const witDependencies = fileURLToPath(new URL('../fixtures/components/wit/deps', import.meta.url))
const cache = fileURLToPath(new URL('../../node_modules/.cache/foreign-guests/', import.meta.url))

const componentizePy = '0.25.1'

/** Whether Python guests can be built: componentize-py goes into a virtual environment. */
export const hasPython = spawnSync('python3', ['-c', 'import venv, ensurepip']).status === 0

/** Whether Go guests can be built: `-buildmode=c-shared` for wasip1 is there from 1.24. */
export const hasGo = goMinor() >= 24

/** A Rust guest, as test/guests/rust/build.sh made it. */
export function readRustGuest(name: 'types' | 'wasmcloud' | 'wstd'): Uint8Array {
  return new Uint8Array(gunzipSync(readFileSync(join(guests, `rust/rust-${name}.wasm.gz`))))
}

/** The Python guest; 20 s where it was not built before. */
export function buildPythonGuest(): Promise<Uint8Array> {
  return buildOnce('python', componentizePy, async (folder) => {
    const python = await installComponentizePy()
    await layWit(folder)
    const args = ['-d', 'wit', '-w', 'guest', 'componentize', 'app', '-o', 'guest.wasm']
    await execa(join(python, 'bin/componentize-py'), args, { cwd: folder })
  })
}

/** The Go guest; 15 s where it was not built before. */
export function buildGoGuest(): Promise<Uint8Array> {
  return buildOnce('go', 'jco', async (folder) => {
    const toolchain = await installJavaScriptToolchain()
    const jco = (...args: readonly string[]): Promise<unknown> =>
      execa(join(toolchain, 'node_modules/.bin/jco'), args, { cwd: folder })
    await layWit(folder)
    const env = { GOOS: 'wasip1', GOARCH: 'wasm', GOFLAGS: '-mod=mod' }
    const args = ['build', '-trimpath', '-ldflags=-s -w', '-buildmode=c-shared', '-o', 'core.wasm', '.']
    await execa('go', args, { cwd: folder, env })
    const core = await readFile(join(folder, 'core.wasm'))
    await writeFile(join(folder, 'core.wasm'), raiseInitialMemory(core, 512))
    await jco('embed', 'core.wasm', '--wit', 'wit', '--world-name', 'guest', '-o', 'embedded.wasm')
    await jco('new', 'embedded.wasm', '--wasi-reactor', '-o', 'guest.wasm')
  })
}

/** Builds in a folder of its own that holds the sources of test/guests/{name}; keeps what comes of them. */
async function buildOnce(
  name: string,
  tools: string,
  build: (folder: string) => Promise<void>,
): Promise<Uint8Array> {
  const output = join(cache, `${name}-${hashOf(join(guests, name), tools)}.wasm`)
  if (!existsSync(output)) {
    await mkdir(cache, { recursive: true })
    const folder = await mkdtemp(join(cache, `${name}-`))
    try {
      await cp(join(guests, name), folder, { recursive: true })
      await build(folder)
      await rename(join(folder, 'guest.wasm'), output)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  return new Uint8Array(await readFile(output))
}

/** Beside the world, the packages that it names; a folder of guests is copied with none. */
async function layWit(folder: string): Promise<void> {
  for (const name of ['cli', 'clocks', 'filesystem', 'http', 'io', 'random'])
    await cp(join(witDependencies, `wasi-${name}-0.2.0`), join(folder, `wit/deps/wasi-${name}`), {
      recursive: true,
    })
  await cp(join(witDependencies, 'test-types-0.1.0'), join(folder, 'wit/deps/test-types'), {
    recursive: true,
  })
}

/** In place, as virtual environments do not move; finished where the mark says so. */
async function installComponentizePy(): Promise<string> {
  const folder = join(cache, `componentize-py-${componentizePy}`)
  const mark = join(folder, 'installed')
  if (existsSync(mark)) return folder
  await rm(folder, { recursive: true, force: true })
  await execa('python3', ['-m', 'venv', folder])
  await execa(join(folder, 'bin/pip'), ['install', '--quiet', `componentize-py==${componentizePy}`])
  await writeFile(mark, '')
  return folder
}

function hashOf(folder: string, tools: string): string {
  const hash = createHash('sha256').update(tools)
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  for (const file of files.map((entry) => join(entry.parentPath, entry.name)).sort())
    hash.update(readFileSync(file))
  return hash.digest('hex').slice(0, 16)
}

function goMinor(): number {
  const { stdout } = spawnSync('go', ['version'], { encoding: 'utf8' })
  return Number(/go1\.(\d+)/.exec(stdout ?? '')?.[1] ?? 0)
}
