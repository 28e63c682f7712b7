import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

const root = fileURLToPath(new URL('../..', import.meta.url))
const template = join(root, 'templates/hello-world-typescript')
const witDependencies = join(template, 'wit/deps')
const testTypes = 'test-types-0.1.0'
const testDependencies = join(root, 'test/fixtures/components/wit/deps')
const cache = join(root, 'node_modules/.cache/javascript-guest')

/**
 * Makes a component of a JavaScript module (ESM, no imports but those of its world) with the toolchain that the
 * template pins. `wit` is the text of a package with one world, which may use the
 * packages of the template (WASI 0.2.10, as the engine in it speaks) and test:types. Built once for each content, then cached.
 */
export async function buildJavaScriptGuest(source: string, wit: string): Promise<Uint8Array> {
  const lock = await readFile(join(template, 'package-lock.json'))
  const hash = createHash('sha256')
    .update(JSON.stringify([source, wit, scriptFor(source)]))
    .update(lock)
    .digest('hex')
    .slice(0, 16)
  const output = join(cache, `${hash}.wasm`)
  if (!existsSync(output)) await build({ source, wit, output, toolchain: await installJavaScriptToolchain() })
  return readFile(output)
}

/** Installs what the template pins (componentize-js, jco), once; returns the folder with its node_modules. */
export async function installJavaScriptToolchain(): Promise<string> {
  const lock = await readFile(join(template, 'package-lock.json'))
  const hash = createHash('sha256').update(lock).digest('hex').slice(0, 16)
  const folder = join(cache, `toolchain-${hash}`)
  if (existsSync(folder)) return folder
  await mkdir(cache, { recursive: true })
  const fresh = await mkdtemp(join(cache, 'install-'))
  for (const file of ['package.json', 'package-lock.json'])
    await copyFile(join(template, file), join(fresh, file))
  await execa('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: fresh })
  await moveOnce(fresh, folder)
  return folder
}

/** Without outgoing requests, except where the guest calls wasi:http by itself: the feature stands for that too. */
const script = `
import { readFileSync, writeFileSync } from 'node:fs'
import { componentize } from '@bytecodealliance/componentize-js'
const hasHandler = readFileSync('guest.js', 'utf8').includes('export const incomingHandler')
const disableFeatures = hasHandler ? [] : ['http']
const { component } = await componentize({ sourcePath: 'guest.js', witPath: 'wit', disableFeatures })
writeFileSync('guest.wasm', component)
`

/** With outgoing requests for a guest that fetches. */
function scriptFor(source: string): string {
  return source.includes('await fetch(') ? script.replace("hasHandler ? [] : ['http']", '[]') : script
}

async function build(options: {
  readonly source: string
  readonly wit: string
  readonly output: string
  readonly toolchain: string
}): Promise<void> {
  const folder = await mkdtemp(join(options.toolchain, 'guest-'))
  try {
    await mkdir(join(folder, 'wit'))
    await writeFile(join(folder, 'guest.js'), options.source)
    await writeFile(join(folder, 'wit/world.wit'), options.wit)
    await cp(witDependencies, join(folder, 'wit/deps'), { recursive: true })
    await cp(join(testDependencies, testTypes), join(folder, 'wit/deps', testTypes), { recursive: true })
    await writeFile(join(folder, 'build.mjs'), scriptFor(options.source))
    await execa(process.execPath, ['build.mjs'], { cwd: folder })
    await mkdir(dirname(options.output), { recursive: true })
    await rename(join(folder, 'guest.wasm'), options.output)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Two test files may install at the same time: the first wins. */
async function moveOnce(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (cause) {
    await rm(from, { recursive: true, force: true })
    if (!existsSync(to)) throw cause
  }
}
