// Compiles src/ to dist/, removes what no source file stands behind any more, and writes the manifest of commands.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const src = join(root, 'src')
const dist = join(root, 'dist')
const info = join(root, 'node_modules/.cache/tsc/build.tsbuildinfo')

// An emptied dist/ with a kept tsbuildinfo would stay empty: tsc believes that it is up to date.
if (!existsSync(dist)) rmSync(info, { force: true })
if (existsSync(dist)) removeOrphans()
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.json')], { stdio: 'inherit' })
if (status !== 0) process.exit(status ?? 1)
await writeCommandManifest()

/** With the manifest, a command line loads the one command that it names; without it, all. */
async function writeCommandManifest() {
  const { Plugin } = await import('@oclif/core')
  const plugin = new Plugin({ root, type: 'core', ignoreManifest: true, errorOnManifestCreate: true })
  await plugin.load()
  // Renamed into place: a command that starts meanwhile reads the old one or the new one, never half of it.
  const file = join(root, 'oclif.manifest.json')
  writeFileSync(`${file}.new`, `${JSON.stringify(plugin.manifest)}\n`)
  renameSync(`${file}.new`, file)
}

function removeOrphans() {
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath ?? entry.path, entry.name)
    const source = join(src, relative(dist, file).replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts'))
    if (!existsSync(source)) rmSync(file)
  }
}
