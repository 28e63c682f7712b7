import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { createWashiLattice, freePort, guestFile, root } from '../support/washi-lattice.js'

/** What `npm install` would put there, of this checkout: tests need no registry. */
async function installFromHere(project: string): Promise<void> {
  const modules = join(project, 'node_modules')
  await mkdir(join(modules, '.bin'), { recursive: true })
  for (const name of ['esbuild', 'typescript', '@types']) {
    await symlink(join(root, 'node_modules', name), join(modules, name))
  }
  await symlink(root, join(modules, 'washi'))
  for (const name of ['esbuild', 'tsc']) {
    await symlink(join(root, 'node_modules/.bin', name), join(modules, '.bin', name))
  }
  await symlink(join(root, 'bin/run.js'), join(modules, '.bin/washi'))
}

describe('the project of a provider', () => {
  it('passes its tests, and its executable serves a component and refuses a link', async () => {
    await using lattice = await createWashiLattice()
    const run = async (...args: readonly string[]): Promise<string> => {
      const { exitCode, stdout, stderr } = await lattice.run(...args)
      if (exitCode !== 0) throw new Error(`washi ${args.join(' ')}: ${stdout}\n${stderr}`)
      return stdout
    }
    await run('new', 'provider', 'my-kv', '--template-name', 'provider-typescript')
    const project = join(lattice.home, 'my-kv')
    await installFromHere(project)
    const tests = await execa('npm', ['test'], { cwd: project })
    expect(tests.stdout).toMatch(/pass 3\n[^]*fail 0/)
    await execa('npm', ['run', 'build'], { cwd: project })

    const port = await freePort()
    await lattice.up()
    await run('start', 'provider', join(project, 'build/my-kv'), 'kv')
    await run('start', 'component', guestFile('kv-counter'), 'counter')
    const link = ['link', 'put', 'counter', 'kv', 'wasi', 'keyvalue', '--interface', 'store']
    await run(...link, '--interface', 'atomics')
    await run('config', 'put', 'address', `address=127.0.0.1:${port}`)
    await run('start', 'provider', 'ghcr.io/wasmcloud/http-server:0.28.0', 'web')
    const http = ['link', 'put', 'web', 'counter', 'wasi', 'http', '--interface', 'incoming-handler']
    await run(...http, '--source-config', 'address')
    const count = async (): Promise<string> =>
      (await (await fetch(`http://127.0.0.1:${port}/incr/n`)).text()).trim()
    expect([await count(), await count()]).toEqual(['1', '2'])

    await run('config', 'put', 'bad', 'max_keys=-1')
    await run('link', 'del', 'counter', 'wasi', 'keyvalue')
    const refused = await lattice.run(...link, '--target-config', 'bad')
    expect(refused).toMatchObject({ exitCode: 1 })
    expect(refused.stderr).toContain('Cannot link counter to kv: max_keys has to be a number above 0')
  }, 180_000)
})
