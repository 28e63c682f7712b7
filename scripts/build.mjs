// Compiles src/ to dist/ and removes what no source file stands behind any more.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
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
process.exit(status ?? 1)

function removeOrphans() {
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath ?? entry.path, entry.name)
    const source = join(src, relative(dist, file).replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts'))
    if (!existsSync(source)) rmSync(file)
  }
}
