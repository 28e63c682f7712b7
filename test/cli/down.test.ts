import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { startRealNatsServer } from '../support/real-nats-server.js'
import { guestFile } from '../support/washi-lattice.js'
import { createShell, type Shell } from '../support/run-washi.js'

const patience = 240_000

const json = async (shell: Shell, ...args: readonly string[]): Promise<unknown> => {
  const ended = await shell.run([...args, '-o', 'json'])
  expect(ended, `${args.join(' ')}: ${ended.stderr}`).toMatchObject({ exitCode: 0 })
  return JSON.parse(ended.stdout) as unknown
}

const up = async (shell: Shell, ...args: readonly string[]): Promise<string> =>
  ((await json(shell, 'up', '-d', ...args)) as { host_id: string }).host_id

const hostsOf = async (shell: Shell, ...args: readonly string[]): Promise<readonly string[]> =>
  ((await json(shell, 'get', 'hosts', ...args)) as { hosts: { id: string }[] }).hosts.map(({ id }) => id)

const storeConfigAndApplication = async (shell: Shell, ...flags: readonly string[]): Promise<void> => {
  await json(shell, 'config', 'put', 'kept', 'a=1', ...flags)
  await json(shell, 'link', 'put', 'a', 'b', 'wasi', 'http', '--interface', 'incoming-handler', ...flags)
  const file = join(shell.folder, 'app.yaml')
  await writeFile(file, manifest)
  await json(shell, 'app', 'put', file, ...flags)
}

const stored = async (shell: Shell, ...flags: readonly string[]): Promise<object> => {
  const { links } = (await json(shell, 'get', 'links', ...flags)) as { links: object[] }
  const { applications } = (await json(shell, 'app', 'list', ...flags)) as { applications: object[] }
  const config = await shell.run(['config', 'get', 'kept', ...flags])
  return { links: links.length, applications: applications.length, config: config.exitCode === 0 }
}

describe('down', () => {
  it(
    'asks which, where lattices run beside each other, and stops one host or all',
    async () => {
      await using shell = await createShell()
      const first = await up(shell, '--nats-port', '0')
      const second = await up(shell, '--multi-local')
      const third = await up(shell, '--multi-local')

      const unsaid = await shell.run(['down'])
      expect(unsaid).toMatchObject({ exitCode: 2, stdout: '' })
      for (const id of [first, second, third]) expect(unsaid.stderr).toContain(id)
      const owner = await shell.run(['down', '--host-id', first])
      expect(owner).toMatchObject({ exitCode: 1, stdout: '' })
      expect(owner.stderr).toContain(`its process has the bus of ${second}, ${third}`)

      expect(await json(shell, 'down', '--host-id', third)).toMatchObject({ hosts_stopped: [third] })
      expect((await hostsOf(shell)).toSorted()).toEqual([first, second].toSorted())
      expect(await json(shell, 'down', '--all')).toMatchObject({
        hosts_stopped: [second, first],
        nats_stopped: true,
        wadm_stopped: true,
      })
      expect((await shell.run(['down', '--all'])).stdout).toContain('Nothing to stop')
    },
    patience,
  )

  it(
    'purges what its lattice has stored, and nothing of another lattice on that bus',
    async () => {
      await using shell = await createShell()
      await up(shell, '--nats-port', '0')
      const other = await up(shell, '--multi-local', '--lattice', 'default-too')
      await storeConfigAndApplication(shell)
      await storeConfigAndApplication(shell, '--lattice', 'default-too')

      const purged = await json(shell, 'down', '--host-id', other, '--purge-jetstream', 'all')
      expect(purged).toMatchObject({
        hosts_stopped: [other],
        purged: ['CONFIGDATA_default-too', 'LATTICEDATA_default-too', 'wadm_manifests', 'wadm_state'],
      })
      expect(await stored(shell)).toEqual({ links: 1, applications: 1, config: true })
      await up(shell, '--multi-local', '--lattice', 'default-too')
      expect(await stored(shell, '--lattice', 'default-too')).toEqual({
        links: 0,
        applications: 0,
        config: false,
      })

      await json(shell, 'down', '--all', '--purge-jetstream', 'wasmcloud')
      await up(shell, '--nats-port', '0')
      expect(await stored(shell)).toEqual({ links: 0, applications: 1, config: false })
      await json(shell, 'down', '--purge-jetstream', 'wadm')
      await up(shell, '--nats-port', '0')
      expect(await stored(shell)).toMatchObject({ applications: 0 })
      await json(shell, 'down')
    },
    patience,
  )

  it(
    'refuses to purge what a host of somebody else uses, and stops nothing then',
    async () => {
      await using server = await startRealNatsServer()
      await using shell = await createShell()
      await using somebody = await createShell()
      const bus = ['--nats-connect-only', '--nats-port', String(server.port)]
      const own = await up(shell, ...bus)
      const foreign = await up(somebody, ...bus)
      await storeConfigAndApplication(shell)

      const refused = await shell.run(['down', '--purge-jetstream', 'all'])
      expect(refused).toMatchObject({ exitCode: 1, stdout: '' })
      expect(refused.stderr).toContain(foreign)
      expect(refused.stderr).not.toContain(own)
      expect(await hostsOf(shell)).toHaveLength(2)

      // A host that is not ours is stopped where it is named, and its owner finds nothing to stop.
      expect(await json(shell, 'down', '--host-id', foreign)).toMatchObject({ hosts_stopped: [foreign] })
      expect(await json(shell, 'down', '--purge-jetstream', 'all')).toMatchObject({
        hosts_stopped: [own],
        nats_stopped: false,
      })
      await up(shell, ...bus)
      expect(await stored(shell)).toEqual({ links: 0, applications: 0, config: false })
      await json(shell, 'down')
      await json(somebody, 'down')
    },
    patience,
  )
})

const manifest = `apiVersion: core.oam.dev/v1beta1
kind: Application
metadata:
  name: stored
  annotations:
    version: v0.0.1
spec:
  components:
    - name: a
      type: component
      properties:
        image: ${pathToFileURL(guestFile('pong')).href}
      traits:
        - type: spreadscaler
          properties:
            instances: 1
`
