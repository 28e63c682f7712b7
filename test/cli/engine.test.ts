import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import {
  createWashiLattice,
  freePort,
  guestFile,
  httpManifest,
  root,
  untilAnswers,
} from '../support/washi-lattice.js'

it('up --engine jco says how to install jco where it is not there', async () => {
  await using lattice = await createWashiLattice()
  const { exitCode, stderr } = await lattice.run('up', '--detached', '--engine', 'jco')
  expect(exitCode).toBe(1)
  expect(stderr).toContain('Cannot find the package "@bytecodealliance/jco-transpile" from')
  expect(stderr).toContain('npm install @bytecodealliance/jco-transpile')
})

it(
  'up --engine jco runs components with the jco of the working directory',
  { timeout: 120_000 },
  async () => {
    await using lattice = await createWashiLattice()
    await symlink(join(root, 'node_modules'), join(lattice.home, 'node_modules'), 'junction')
    await lattice.up('--engine', 'jco')
    const port = await freePort()
    const manifest = httpManifest({ component: guestFile('http-hello'), port })
    const { exitCode, stderr } = await lattice.run(
      'app',
      'deploy',
      await lattice.write('wadm.yaml', manifest),
    )
    expect(stderr).not.toContain('✖')
    expect(exitCode).toBe(0)
    await untilAnswers(port, 'Hello from washi!')
  },
)
