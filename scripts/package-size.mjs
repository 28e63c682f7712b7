// Prints what the package weighs: the tarball, and the folder of an application that has nothing else installed.
import { spawnSync } from 'node:child_process'
import { lstatSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const goalMb = 40
const folder = mkdtempSync(join(tmpdir(), 'washi-size-'))
try {
  const tarball = join(
    folder,
    npm(['pack', root, '--pack-destination', folder, '--silent', '--ignore-scripts']).trim(),
  )
  const application = join(folder, 'application')
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  npm(['install', '--prefix', application, '--no-audit', '--no-fund', '--silent', tarball])
  const modules = join(application, 'node_modules')
  const installed = sizeOf(modules)
  console.log(`packed     ${toMb(statSync(tarball).size)} MB`)
  console.log(`installed  ${toMb(installed)} MB (goal: below ${goalMb} MB)`)
  for (const [name, size] of heaviest(modules)) console.log(`  ${toMb(size).padStart(6)}  ${name}`)
  if (installed > goalMb * 1e6) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function npm(args) {
  const { status, stdout, stderr } = spawnSync('npm', args, {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error(`npm ${args[0]} failed:\n${stderr}`)
  return stdout
}

function heaviest(modules) {
  const names = readdirSync(modules).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(modules, name)).map((inner) => `${name}/${inner}`) : [name],
  )
  const sizes = names.map((name) => [name, sizeOf(join(modules, name))])
  return sizes.sort(([, a], [, b]) => b - a).slice(0, 10)
}

/** Bytes in files; what a file system adds in blocks differs from one to the next. */
function sizeOf(path) {
  const found = lstatSync(path)
  if (!found.isDirectory()) return found.size
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
}

function toMb(bytes) {
  return (bytes / 1e6).toFixed(1)
}
