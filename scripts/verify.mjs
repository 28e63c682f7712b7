// Installs, builds, checks format, types, lint and architecture, and runs all tests.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const steps = [
  ['npm', ['ci', '--no-audit', '--no-fund']],
  ['npm', ['run', 'check']],
  ['npm', ['test']],
]
for (const [command, args] of steps) {
  console.error(`\n> ${command} ${args.join(' ')}`)
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (status !== 0) process.exit(status ?? 1)
}
