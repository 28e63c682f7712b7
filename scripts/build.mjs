// Compiles src/ to dist/, removes what no source file stands behind any more, bundles the command line, and writes the
// manifest of commands.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const src = join(root, 'src')
const dist = join(root, 'dist')
const bundle = join(dist, 'bundle')
const info = join(root, 'node_modules/.cache/tsc/build.tsbuildinfo')

// An emptied dist/ with a kept tsbuildinfo would stay empty: tsc believes that it is up to date.
if (!existsSync(dist)) rmSync(info, { force: true })
if (existsSync(dist)) removeOrphans()
rmSync(bundle, { recursive: true, force: true })
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.json')], { stdio: 'inherit' })
if (status !== 0) process.exit(status ?? 1)
const commandFiles = await bundleCommandLine()
await writeCommandManifest()

/**
 * The executable runs from bundles with what it needs of its dependencies in them: opening 280 files takes longer than all
 * that a light command does. Entries and chunks lie in one folder, where paths relative to `import.meta.url` are what
 * they are in dist/cli. Returns the bundle of each command by the module that it stands for.
 */
async function bundleCommandLine() {
  const commands = readdirSync(join(src, 'cli/commands'), { recursive: true })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.split('\\').join('/').replace(/\.ts$/, ''))
  const nameOf = (command) => `command-${command.replaceAll('/', '-')}`
  await build({
    entryPoints: {
      main: join(src, 'cli/main.ts'),
      'bus-main': join(src, 'bus/bus-main.ts'),
      'guest-main': join(src, 'host/engine/threads/guest-main.ts'),
      ...Object.fromEntries(
        commands.map((command) => [nameOf(command), join(src, 'cli/commands', `${command}.ts`)]),
      ),
    },
    outdir: bundle,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    keepNames: true,
    minifyWhitespace: true,
    // oclif asks for it where a plugin is written in TypeScript; ours is compiled.
    external: ['typescript'],
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
    logLevel: 'warning',
  })
  return new Map(
    commands.map((command) => [`dist/cli/commands/${command}.js`, `dist/bundle/${nameOf(command)}.js`]),
  )
}

/** With the manifest, a command line loads the one command that it names; without it, all. */
async function writeCommandManifest() {
  // Elsewhere oclif would read the commands from src/, as in development.
  process.env.NODE_ENV = 'production'
  const { Plugin } = await import('@oclif/core')
  const plugin = new Plugin({ root, type: 'core', ignoreManifest: true, errorOnManifestCreate: true })
  await plugin.load()
  for (const command of Object.values(plugin.manifest.commands)) {
    command.relativePath = commandFiles.get(command.relativePath.join('/')).split('/')
  }
  // Renamed into place: a command that starts meanwhile reads the old one or the new one, never half of it.
  const file = join(root, 'oclif.manifest.json')
  writeFileSync(`${file}.new`, `${JSON.stringify(plugin.manifest)}\n`)
  renameSync(`${file}.new`, file)
}

function removeOrphans() {
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath ?? entry.path, entry.name)
    if (file.startsWith(bundle)) continue
    const source = join(src, relative(dist, file).replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts'))
    if (!existsSync(source)) rmSync(file)
  }
}
