import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keyValueRedis } from '#washi/providers/keyvalue-redis/index.js'
import { atomics } from '#washi/wit/wire/keyvalue.js'
import { providerContext } from '../../support/provider-context.js'
import { startProviderKit, type ProviderKit } from '../../support/provider-kit.js'
import { startRealRedisServer, whyNoRedis, type RealRedisServer } from '../../support/real-redis-server.js'

const create = (config: Record<string, string>): unknown => keyValueRedis.create(providerContext({ config }))

describe('the configuration of keyvalue-redis', () => {
  it.each([
    [{ ULR: 'redis://a' }, 'no key "ULR"; did you mean "URL"?'],
    [{ backend_conection_timeout_ms: '1' }, 'did you mean "BACKEND_CONNECTION_TIMEOUT_MS"?'],
    [{ BACKEND_CONNECTION_TIMEOUT_MS: '1s' }, 'BACKEND_CONNECTION_TIMEOUT_MS is "1s", not a whole number'],
    [{ URL: 'http://a' }, 'URL is none of the form redis://'],
    [{ URL: 'secret' }, 'URL is none of the form redis://'],
  ])('is refused as %j', (config, reason) => {
    expect(() => create(config)).toThrow(reason)
  })

  it('shows no password in errors', () => {
    expect(() => create({ URL: 'http://me:hunter2@a' })).toThrow(/^((?!hunter2).)*$/)
  })
})

const noRedis = whyNoRedis()

describe.skipIf(noRedis !== undefined)(
  `keyvalue-redis with a server${noRedis ? ` (${noRedis})` : ''}`,
  () => {
    let redis: RealRedisServer
    let provider: ProviderKit
    const options = {
      definition: keyValueRedis,
      wit: 'wasi:keyvalue',
      interfaces: ['store', 'atomics', 'batch'],
    }

    beforeAll(async () => {
      redis = await startRealRedisServer({ password: 'hunter2' })
      provider = await startProviderKit(options)
    })
    afterAll(async () => {
      await provider[Symbol.asyncDispose]()
      await redis[Symbol.asyncDispose]()
    })

    const increment = (linkName = 'default'): Promise<unknown> =>
      provider.callers.remote({ of: atomics, function: 'increment', args: ['', 'n', 1n], linkName })
    const withPassword = (password: string): string => redis.url.replace('//', `//:${password}@`)

    it('refuses a link to where no server is, or a server that refuses it, and keeps passwords to itself', async () => {
      const nowhere = await provider.link({
        name: 'nowhere',
        config: { URL: 'redis://:hunter2@127.0.0.1:1/' },
      })
      expect(nowhere).toContain('Cannot use Redis at redis://:***@127.0.0.1:1/')
      expect(nowhere).not.toContain('hunter2')
      const wrong = await provider.link({ name: 'wrong', config: { URL: withPassword('wrong') } })
      expect(wrong).toMatch(/WRONGPASS|invalid password/i)
    })

    it('comes back when its server does', async () => {
      expect(await provider.link({ config: { url: withPassword('hunter2') } })).toBeUndefined()
      expect(await increment()).toEqual({ tag: 'ok', val: 1n })
      await redis.kill()
      expect(await increment()).toMatchObject({ tag: 'err', val: { tag: 'other' } })
      await redis.restart()
      await expect.poll(() => increment(), { timeout: 5_000 }).toMatchObject({ tag: 'ok' })
    })
  },
)
