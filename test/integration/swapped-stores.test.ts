import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { connectLattice } from '#washi/lattice/connection.js'
import { parseLatticeName } from '#washi/lattice/ids.js'
import { EventLog } from '../support/host-kit.js'
import { startRealRedisServer, whyNoRedis, type RealRedisServer } from '../support/real-redis-server.js'
import { startVaultServer, type VaultServer } from '../support/vault-server.js'
import { createWashiLattice, freePort, guestFile, type WashiLattice } from '../support/washi-lattice.js'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const noRedis = whyNoRedis()

/** An answer that came while links changed. */
interface Answer {
  readonly worker: number
  readonly link: string
  readonly status: number
  readonly text: string
}

// After wasmCloud's documentation of links: a Redis by default, a cache in memory, and secrets in Vault, for one component.
describe.skipIf(noRedis)(`one component with three stores${noRedis ? ` (${noRedis})` : ''}`, () => {
  let lattice: WashiLattice
  let redis: RealRedisServer
  let vault: VaultServer
  let port: number

  const run = async (...args: readonly string[]): Promise<void> => {
    const { exitCode, stderr } = await lattice.run(...args)
    if (exitCode !== 0) throw new Error(`washi ${args.join(' ')}: ${stderr}`)
  }
  const ask = async (path: string, init?: RequestInit): Promise<Pick<Answer, 'status' | 'text'>> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
    return { status: response.status, text: (await response.text()).trim() }
  }
  const put = async (target: string, name: string, ...config: readonly string[]): Promise<void> => {
    await run(
      ...['link', 'put', 'counter', target, 'wasi', 'keyvalue', '--link-name', name],
      ...['--interface', 'store', '--interface', 'atomics', '--interface', 'batch'],
      ...config.flatMap((each) => ['--target-config', each]),
    )
  }
  const remove = (name: string): Promise<void> =>
    run('link', 'del', 'counter', 'wasi', 'keyvalue', '--link-name', name)

  beforeAll(async () => {
    lattice = await createWashiLattice()
    redis = await startRealRedisServer()
    vault = await startVaultServer()
    port = await freePort()
    await lattice.up()
    await run('start', 'component', guestFile('kv-counter'), 'counter', '--max-instances', '8')
    const providers = {
      web: 'http-server:0.28.0',
      redis: 'keyvalue-redis:0.30.0',
      vault: 'keyvalue-vault:0.12.1',
    }
    for (const [id, image] of Object.entries(providers)) {
      await run('start', 'provider', `ghcr.io/wasmcloud/${image}`, id)
    }
    await run('start', 'provider', 'wasmcloud+builtin://keyvalue-memory', 'memory')
    await run('config', 'put', 'address', `address=127.0.0.1:${port}`)
    await run('config', 'put', 'redis', `URL=${redis.url}`)
    await run('config', 'put', 'vault', `addr=${vault.url}`, `token=${vault.token}`)
    await run(
      ...['link', 'put', 'web', 'counter', 'wasi', 'http', '--interface', 'incoming-handler'],
      ...['--source-config', 'address'],
    )
    await put('redis', 'default', 'redis')
    await put('memory', 'cache')
    await put('vault', 'secrets', 'vault')
  })
  afterAll(async () => {
    await lattice[Symbol.asyncDispose]()
    await redis[Symbol.asyncDispose]()
    await vault[Symbol.asyncDispose]()
  })

  it('tells them apart by the name of the link', async () => {
    for (const [link, value] of [
      ['default', 'redis'],
      ['cache', 'memory'],
      ['secrets', 'vault'],
    ] as const) {
      const { status } = await ask(`/set/who?link=${link}&bucket=a`, { method: 'PUT', body: value })
      expect(status).toBe(204)
    }
    expect(await ask('/get/who?bucket=a')).toEqual({ status: 200, text: 'redis' })
    expect(await ask('/get/who?bucket=a&link=cache')).toEqual({ status: 200, text: 'memory' })
    expect(await ask('/get/who?bucket=a&link=secrets')).toEqual({ status: 200, text: 'vault' })
  })

  it('swaps them without a restart, and no request sees another store than its link has', async () => {
    const answers: Answer[] = []
    const done = new AbortController()
    const links = ['default', 'cache', 'secrets'] as const
    const load = Array.from({ length: 9 }, async (_, worker) => {
      const link = links[worker % 3] ?? 'default'
      while (!done.signal.aborted)
        answers.push({ worker, link, ...(await ask(`/get/who?bucket=a&link=${link}`)) })
    })
    const lattices = { url: lattice.natsUrl, lattice: parseLatticeName('default'), name: 'watcher' }
    await using connection = await connectLattice(lattices)
    const events = new EventLog(connection)
    await connection.flush()
    // The cache takes the place of Redis, Redis that of Vault, and Vault that of the cache.
    await remove('default')
    await put('memory', 'default')
    await remove('secrets')
    await put('redis', 'secrets', 'redis')
    await remove('cache')
    await put('vault', 'cache', 'vault')
    done.abort()
    await Promise.all(load)

    const order = {
      default: ['redis', 'memory'],
      secrets: ['vault', 'redis'],
      cache: ['memory', 'vault'],
    } as const
    for (const link of links) {
      const seen = answers.filter((answer) => answer.link === link)
      const good = seen.filter(({ status }) => status === 200).map(({ text }) => text)
      expect([link, new Set(good)]).toEqual([link, new Set(order[link])])
      // Each caller: one store until the swap, then the other one, and never back.
      for (const worker of new Set(seen.map((answer) => answer.worker))) {
        const own = seen.filter((answer) => answer.worker === worker && answer.status === 200)
        const swaps = own.map(({ text }) => text).filter((text, index, all) => text !== all[index - 1])
        expect(swaps).toEqual(order[link].filter((text) => swaps.includes(text)))
      }
      // Between the two there is no link, which is an error and not an answer of some other store.
      const wrong = seen.filter(({ status, text }) => status !== 200 && !/^\w* ?.*(link|store)/i.test(text))
      expect(wrong).toEqual([])
      expect((await ask(`/get/who?bucket=a&link=${link}`)).text).toBe(order[link][1])
    }
    // Links have changed, and nothing else.
    await events.next('linkdef_set', ({ data }) => data.name === 'cache')
    events.end()
    expect(
      new Set(events.all.map(({ kind }) => kind).filter((kind) => /^(component|provider|host_s)/.test(kind))),
    ).toEqual(new Set())
  })
})
