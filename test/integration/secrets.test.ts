import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { connectLattice, type LatticeConnection } from '#washi/lattice/connection.js'
import { parseLatticeName } from '#washi/lattice/ids.js'
import { startRealRedisServer, whyNoRedis, type RealRedisServer } from '../support/real-redis-server.js'
import { createWashiLattice, freePort, guestFile, type WashiLattice } from '../support/washi-lattice.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const noRedis = whyNoRedis()
const canaries = [
  'first-canary-7f3a',
  'second-canary-91bc',
  'redis-canary-44d0',
  'wrong-canary-aa17',
] as const
const [first, second, password, wrong] = canaries

describe.skipIf(noRedis)(`secrets of a running lattice${noRedis ? ` (${noRedis})` : ''}`, () => {
  let lattice: WashiLattice
  let redis: RealRedisServer
  let connection: LatticeConnection
  let port: number
  const outputs: string[] = []
  const messages: Buffer[] = []

  const run = async (...args: readonly string[]): Promise<void> => {
    const { exitCode, stdout, stderr } = await lattice.run(...args)
    outputs.push(stdout, stderr)
    if (exitCode !== 0) throw new Error(`washi ${args.join(' ')}: ${stderr}`)
  }
  const store = async (key: string, value: string): Promise<void> => {
    const file = await lattice.write('value', value)
    await run('secrets', 'value', 'put', key, '--from-file', file)
    await rm(file)
  }
  const ask = async (path: string): Promise<string> =>
    await (await fetch(`http://127.0.0.1:${port}${path}`)).text()

  beforeAll(async () => {
    lattice = await createWashiLattice()
    redis = await startRealRedisServer({ password })
    port = await freePort()
    await lattice.up('--log-level', 'trace')
    connection = await connectLattice({
      ...{ url: lattice.natsUrl, lattice: parseLatticeName('default'), name: 'listener' },
    })
    connection.listen('>', ({ payload }) => void messages.push(Buffer.from(payload)))
    await run('start', 'provider', 'ghcr.io/wasmcloud/http-server:0.28.0', 'web')
    await run('config', 'put', 'address', `address=127.0.0.1:${port}`)
  })
  afterAll(async () => {
    await connection.close()
    await lattice[Symbol.asyncDispose]()
    await redis[Symbol.asyncDispose]()
  })

  it('reach the component that names them, and no other word of it', async () => {
    await store('app/password', first)
    await run('secrets', 'put', 'password', 'nats-kv', 'app/password')
    await run('start', 'component', guestFile('secrets-config'), 'app', '--config', 'SECRET_password')
    await run(
      ...['link', 'put', 'web', 'app', 'wasi', 'http', '--interface', 'incoming-handler'],
      ...['--source-config', 'address'],
    )
    expect(await ask('/secret/password')).toBe(first)
    expect((await fetch(`http://127.0.0.1:${port}/secret/other`)).status).toBe(404)
    expect(await ask('/config')).toBe('')
  })

  it('are renewed in running components', async () => {
    await store('app/password', second)
    await expect.poll(() => ask('/secret/password'), { timeout: 30_000 }).toBe(second)
  })

  it('keep their value where the new one cannot be had', async () => {
    await run('secrets', 'value', 'del', 'app/password')
    await run('get', 'inventory')
    expect(await ask('/secret/password')).toBe(second)
    const { stderr, exitCode } = await lattice.run(
      ...['start', 'component', guestFile('secrets-config'), 'late', '--config', 'SECRET_password'],
    )
    expect(exitCode).toBe(1)
    expect(stderr).toContain('washi secrets value put app/password')
    outputs.push(stderr)
  })

  it('reach a provider with its link, which is refused with a wrong one and made with the right one', async () => {
    await run('start', 'provider', 'ghcr.io/wasmcloud/keyvalue-redis:0.30.0', 'kv')
    await run('secrets', 'put', 'URL', 'nats-kv', 'redis/url')
    const link = ['link', 'put', 'app', 'kv', 'wasi', 'keyvalue', '--interface', 'store']
    await store('redis/url', redis.url.replace('//', `//:${wrong}@`))
    const refused = await lattice.run(...link, '--target-config', 'SECRET_URL')
    outputs.push(refused.stdout, refused.stderr)
    expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining('Cannot use Redis')])
    await store('redis/url', redis.url.replace('//', `//:${password}@`))
    await run(...link, '--target-config', 'SECRET_URL')
  })

  it('are nowhere to be seen', async () => {
    for (const format of ['text', 'json']) {
      for (const query of ['inventory', 'hosts', 'links', 'claims']) await run('get', query, '-o', format)
      await run('secrets', 'get', 'password', '-o', format)
      await run('config', 'get', 'address', '-o', format)
    }
    const commandLines = await Promise.all(
      (await readdir('/proc'))
        .filter((name) => /^\d+$/.test(name))
        .map((pid) => readFile(join('/proc', pid, 'cmdline'), 'latin1').catch(() => '')),
    )
    // Of redis-server itself, which the test has started with its password.
    const ours = commandLines.filter((line) => !line.includes('redis-server'))
    const environment = await readFile(join('/proc', String(await lattice.pid()), 'environ'), 'latin1')
    const files = await filesIn(lattice.home)
    const log = files.find(({ path }) => path.endsWith('up.log'))
    expect(log?.content.toString()).toContain('a secret has another value')
    expect(messages.length).toBeGreaterThan(50)
    for (const canary of canaries) {
      const found = [
        ...outputs.filter((text) => text.includes(canary)),
        ...ours.filter((line) => line.includes(canary)),
        ...messages.filter((message) => message.includes(canary)).map(String),
        ...files.filter(({ content }) => content.includes(canary)).map(({ path }) => path),
        ...(environment.includes(canary) ? ['environment'] : []),
      ]
      expect(found).toEqual([])
    }
  })
})

async function filesIn(folder: string): Promise<readonly { path: string; content: Buffer }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return await Promise.all(paths.map(async (path) => ({ path, content: await readFile(path) })))
}
