// Builds build/<package name>.wasm: types of the world, type check, bundle, component.
import { spawnSync } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { componentize } from '@bytecodealliance/componentize-js'
import { types } from '@bytecodealliance/jco'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)
const world = 'hello'
const { name } = JSON.parse(await readFile('package.json', 'utf8'))
const bundle = 'build/component.js'
const output = `build/${name}.wasm`

await generateTypes()
checkTypes()
await bundleSource()
await makeComponent()
console.log(output)

/** Writes one declaration file per interface of the world to generated/. */
async function generateTypes() {
  await rm('generated', { recursive: true, force: true })
  const files = await types('wit', { worldName: world, guest: true, outDir: 'generated' })
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }
}

/** Ends the build with the compiler's own messages when the source does not type-check. */
function checkTypes() {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.json', '--pretty', 'false'], {
    stdio: 'inherit',
  })
  if (status !== 0) process.exit(status ?? 1)
}

/** Bundles src/ into one module; imports of the world (`wasi:...`) are left to the component. */
async function bundleSource() {
  const outcome = await build({
    entryPoints: ['src/component.ts'],
    outfile: bundle,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    external: ['wasi:*', 'wasmcloud:*'],
    logLevel: 'warning',
  }).catch(() => process.exit(1)) // esbuild has printed file, line and reason
  return outcome
}

/** Puts the bundle and a JavaScript engine into one component. */
async function makeComponent() {
  const { component } = await componentize({
    sourcePath: bundle,
    witPath: 'wit',
    worldName: world,
    // Outgoing requests (fetch). Drop this line to make some; the component then imports wasi:http/outgoing-handler.
    disableFeatures: ['http'],
  })
  await writeFile(output, component)
}
