import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jwtConfiguration, nkeyConfiguration, tlsConfiguration } from '../support/nats-users.js'
import { startRealNatsServer, type RealNatsServer } from '../support/real-nats-server.js'
import { createShell, type Ended, type Shell } from '../support/run-washi.js'

let shell: Shell
beforeAll(async () => {
  shell = await createShell()
})
afterAll(() => shell[Symbol.asyncDispose]())

const getHosts = async (server: RealNatsServer, ...flags: readonly string[]): Promise<Ended> =>
  await shell.run(['get', 'hosts', '-p', String(server.port), '-o', 'json', ...flags])

const file = async (name: string, text: string): Promise<string> => {
  await writeFile(join(shell.folder, name), text)
  return join(shell.folder, name)
}

/** The connection was made: there are no hosts, and that is what is said. */
const connected = {
  exitCode: 0,
  stdout: JSON.stringify({ hosts: [], success: true }, undefined, 2),
  stderr: '',
}

describe('a bus that wants a JWT', () => {
  const { configuration, user } = jwtConfiguration()
  let server: RealNatsServer
  beforeAll(async () => {
    server = await startRealNatsServer({ configuration })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  it('lets in whoever has the JWT and its seed, as values or in files', async () => {
    expect(await getHosts(server, '--ctl-jwt', user.jwt, '--ctl-seed', user.seed)).toEqual(connected)
    const [jwt, seed] = [await file('user.jwt', `${user.jwt}\n`), await file('user.nk', `${user.seed}\n`)]
    expect(await getHosts(server, '--ctl-jwt', jwt, '--ctl-seed', seed)).toEqual(connected)
    const env = { WASMCLOUD_CTL_JWT: user.jwt, WASMCLOUD_CTL_SEED: user.seed }
    const args = ['get', 'hosts', '-p', String(server.port), '-o', 'json']
    expect(await shell.run(args, { env })).toEqual(connected)
  })

  it('lets in whoever has a credentials file, by flag, variable or context', async () => {
    const creds = await file('user.creds', user.creds)
    expect(await getHosts(server, '--ctl-credsfile', creds)).toEqual(connected)
    const args = ['get', 'hosts', '-o', 'json']
    const env = { WASH_CTL_CREDS: creds, WASMCLOUD_CTL_PORT: String(server.port) }
    expect(await shell.run(args, { env })).toEqual(connected)
    const contexts = join(shell.folder, 'contexts')
    await shell.run(['ctx', 'new', 'guarded', '--directory', contexts])
    const contextFile = join(contexts, 'guarded.json')
    const context = JSON.parse(await readFile(contextFile, 'utf8')) as object
    await writeFile(contextFile, JSON.stringify({ ...context, ctl_port: server.port, ctl_credsfile: creds }))
    expect(await shell.run([...args, '--context', 'guarded', '--context-dir', contexts])).toEqual(connected)
  })

  it('lets a call in with the flags and variables that wash has for it', async () => {
    const call = ['call', 'pong', 'test:pingpong/pingpong.ping', '--rpc-port', String(server.port)]
    const flags = ['--rpc-jwt', user.jwt, '--rpc-seed', user.seed]
    expect((await shell.run([...call, ...flags])).stderr).toContain('No host')
    const env = { WASH_RPC_CREDS: await file('user.creds', user.creds) }
    expect((await shell.run(call, { env })).stderr).toContain('No host')
    expect((await shell.run(call)).stderr).toContain('the server wants credentials, or others')
  })

  it('turns everybody else away, and no secret is printed', async () => {
    const other = jwtConfiguration().user
    const outcomes = [
      await getHosts(server),
      await getHosts(server, '--ctl-jwt', other.jwt, '--ctl-seed', other.seed),
      await getHosts(server, '--ctl-jwt', user.jwt, '--ctl-seed', other.seed),
      await getHosts(server, '--ctl-host', 'joe:sesame@127.0.0.1'),
    ]
    for (const { exitCode, stdout, stderr } of outcomes) {
      expect(exitCode).toBe(1)
      expect(JSON.parse(stdout)).toMatchObject({
        error: {
          code: 'LATTICE_UNREACHABLE',
          message: `Cannot reach the lattice at nats://127.0.0.1:${server.port}: the server wants credentials, or others`,
        },
      })
      for (const secret of [user.jwt, other.jwt, user.seed, other.seed, 'sesame']) {
        expect(`${stdout}${stderr}`).not.toContain(secret)
      }
    }
  })
})

describe('a bus that wants an nkey', () => {
  it('lets in whoever has its seed', async () => {
    const { configuration, seed } = nkeyConfiguration()
    await using server = await startRealNatsServer({ configuration })
    expect(await getHosts(server, '--ctl-seed', seed)).toEqual(connected)
    expect(await getHosts(server)).toMatchObject({ exitCode: 1 })
  })
})

describe('a bus that wants a password', () => {
  it('takes it before the host', async () => {
    const configuration = 'authorization { user: joe, password: "ses@me" }\n'
    await using server = await startRealNatsServer({ configuration })
    expect(await getHosts(server, '--ctl-host', 'joe:ses%40me@127.0.0.1')).toEqual(connected)
    const env = { WASMCLOUD_CTL_HOST: 'nats://joe:ses%40me@127.0.0.1' }
    expect(await shell.run(['get', 'hosts', '-p', String(server.port), '-o', 'json'], { env })).toEqual(
      connected,
    )
  })
})

describe('a bus with TLS', () => {
  it.each([false, true])(
    'is talked to where its authority is known (handshake first: %s)',
    async (isFirst) => {
      const { configuration, caFile } = tlsConfiguration({ isFirst })
      await using server = await startRealNatsServer({ configuration })
      const flags = ['--ctl-tls-ca-file', caFile, '--ctl-tls-first', String(isFirst)]
      expect(await getHosts(server, ...flags)).toEqual(connected)
      expect(await getHosts(server, ...flags, '--ctl-host', 'tls://localhost')).toEqual(connected)
    },
  )

  it('is not talked to where its authority is unknown', async () => {
    const { configuration } = tlsConfiguration()
    await using server = await startRealNatsServer({ configuration })
    const ended = await shell.run(['get', 'hosts', '-p', String(server.port)])
    expect(ended.exitCode).toBe(1)
    expect(ended.stderr).toContain('its certificate is signed by nobody known')
    expect(ended.stderr).toContain('--ctl-tls-ca-file FILE')
  })

  it('is what a file of authorities insists on', async () => {
    await using server = await startRealNatsServer()
    const { caFile } = tlsConfiguration()
    const ended = await shell.run(['get', 'hosts', '-p', String(server.port), '--ctl-tls-ca-file', caFile])
    expect(ended).toMatchObject({ exitCode: 1 })
    expect(ended.stderr).toContain('the server has no TLS')
  })
})

describe('credentials that cannot be used', () => {
  it.each([
    ['a JWT alone', ['--ctl-jwt', 'eyJ0'], 'A JWT alone lets nobody in'],
    [
      'a file that is not there',
      ['--ctl-credsfile', 'none.creds'],
      'Cannot read the credentials of none.creds',
    ],
    ['a wrong seed', ['--ctl-seed', 'SUAWRONG'], 'Not a seed of a NATS user'],
    [
      'authorities that are none',
      ['--ctl-tls-ca-file', 'up.json'],
      'Cannot read the certificates of up.json',
    ],
    [
      'a host with its port',
      ['--ctl-host', 'joe:sesame@127.0.0.1:4222'],
      'Not the name or address of a host: "127',
    ],
  ])('%s is said before anything is sent', async (_what, flags, message) => {
    const ended = await shell.run(['get', 'hosts', '-p', '1', ...flags])
    expect(ended).toMatchObject({ exitCode: 2, stdout: '' })
    expect(ended.stderr).toContain(message)
    expect(ended.stderr).not.toMatch(/SUAWRONG|sesame/)
  })
})
