import { afterEach, describe, expect, it } from 'vitest'
import { ask, startTestPool, type PoolSettings, type TestPool } from '../../../support/guest-pool-kit.js'
import { createTestLinks, type TestLinks } from '../../../support/linked/linked-calls.js'
import { createMemoryKeyValue } from '../../../support/linked/memory-key-value.js'
import { createTarget } from '../../../support/linked/served-call.js'

const keys = ['wasi:keyvalue/store', 'wasi:keyvalue/atomics', 'wasi:keyvalue/batch']

/** The same targets by link name for all three interfaces. */
function keyValueLinks(named: TestLinks['links'][string]): TestLinks['links'] {
  return Object.fromEntries(keys.map((key) => [key, named]))
}

describe('wasi:keyvalue over links', () => {
  let test: TestPool | undefined

  afterEach(() => test?.pool.stop(0))

  async function start(
    links = createTestLinks(keyValueLinks({ default: createMemoryKeyValue() })),
    settings: PoolSettings = {},
  ): Promise<TestPool> {
    test = await startTestPool('kv-counter', { linked: links, ...settings })
    return test
  }

  it('keeps, counts, lists and forgets', async () => {
    const { pool } = await start()
    expect((await ask(pool, '/incr/n')).text).toBe('1\n')
    expect((await ask(pool, '/incr/n?by=41')).text).toBe('42\n')
    expect((await ask(pool, '/get/n')).text).toBe('42')
    expect((await ask(pool, '/get/none')).status).toBe(404)
    expect((await ask(pool, '/set/a%2fb', { method: 'PUT', body: 'x\0ÿ' })).status).toBe(204)
    expect((await ask(pool, '/get/a%2Fb')).text).toBe('x\0ÿ')
    expect((await ask(pool, '/exists/n')).text).toBe('true\n')
    expect((await ask(pool, '/many', { method: 'PUT', body: 'c=3\nd=4\ne=5' })).status).toBe(204)
    expect((await ask(pool, '/keys')).text).toBe('a/b\nc\nd\ne\nn\n')
    expect((await ask(pool, '/many?keys=c,x,e')).text).toBe('c=3\n-\ne=5\n')
    expect((await ask(pool, '/many?keys=c,d', { method: 'DELETE' })).status).toBe(204)
    expect((await ask(pool, '/del/n', { method: 'DELETE' })).status).toBe(204)
    expect((await ask(pool, '/keys')).text).toBe('a/b\ne\n')
  })

  it.each([
    ['GET', '/get/k'],
    ['GET', '/incr/k'],
    ['GET', '/exists/k'],
    ['GET', '/keys'],
    ['PUT', '/set/k'],
    ['DELETE', '/del/k'],
    ['GET', '/many?keys=a'],
    ['PUT', '/many'],
    ['DELETE', '/many?keys=a'],
  ])('hands errors of the store to the guest: %s %s', async (method, path) => {
    const { pool } = await start()
    const at = (bucket: string): string => `${path}${path.includes('?') ? '&' : '?'}bucket=${bucket}`
    const body = method === 'PUT' ? 'k=v' : undefined
    const missing = await ask(pool, at('missing'), { method, ...(body && { body }) })
    expect(missing).toMatchObject({ status: 500, text: 'no such store\n' })
    const denied = await ask(pool, at('denied'), { method, ...(body && { body }) })
    expect(denied).toMatchObject({ status: 500, text: 'access denied\n' })
  })

  it('hands what went wrong on the way to the guest as well', async () => {
    const links = createTestLinks(
      keyValueLinks({ default: createTarget(() => Promise.reject(new Error('the provider fell over'))) }),
    )
    const { pool } = await start(links)
    expect(await ask(pool, '/get/k')).toMatchObject({ status: 500, text: 'the provider fell over\n' })
    links.links = {}
    expect((await ask(pool, '/get/k')).text).toMatch(
      /no link for wasi:keyvalue\/store; run "washi link put guest <provider> wasi keyvalue --interface store"/,
    )
    links.links = keyValueLinks({
      default: createTarget(async (call) => {
        call.result(Uint8Array.of(9))
        call.end()
      }),
    })
    expect((await ask(pool, '/get/k')).text).toMatch(/what "get" answered is no value of its type/)
  })

  it('calls as the wire has it', async () => {
    const links = createTestLinks(keyValueLinks({ default: createMemoryKeyValue() }))
    const { pool } = await start(links)
    await ask(pool, '/get/k?bucket=b')
    expect(links.calls).toMatchObject([
      {
        key: 'wasi:keyvalue/store',
        linkName: 'default',
        instance: 'wrpc:keyvalue/store@0.2.0-draft',
        function: 'get',
        asyncParams: [],
        asyncResults: [],
      },
    ])
    expect(Buffer.from(links.calls[0]?.params ?? []).toString('latin1')).toBe('\x01b\x01k')
  })

  it('goes over the link that the guest names, until it names the default', async () => {
    const links = createTestLinks(
      keyValueLinks({ default: createMemoryKeyValue(), other: createMemoryKeyValue() }),
    )
    const { pool } = await start(links)
    expect((await ask(pool, '/incr/n')).text).toBe('1\n')
    expect((await ask(pool, '/incr/n?link=other&by=7')).text).toBe('7\n')
    expect((await ask(pool, '/incr/n')).text).toBe('2\n')
    expect(links.calls.map(({ linkName }) => linkName)).toEqual(['default', 'other', 'default'])
  })

  it.each(['fresh', 'reuse'] as const)('forgets the name with the instance: %s', async (instancePolicy) => {
    const links = createTestLinks(
      keyValueLinks({ default: createMemoryKeyValue(), other: createMemoryKeyValue() }),
    )
    const { pool } = await start(links, { instancePolicy, maxThreads: 1 })
    expect((await ask(pool, '/incr/n?link=other&keep')).text).toBe('1\n')
    expect((await ask(pool, '/incr/n')).text).toBe(instancePolicy === 'fresh' ? '1\n' : '2\n')
  })

  it('refuses a name that no link has, and says those there are', async () => {
    const links = createTestLinks(
      keyValueLinks({ default: createMemoryKeyValue(), cache: createMemoryKeyValue() }),
    )
    const { pool } = await start(links)
    expect(await ask(pool, '/get/k?link=nope')).toMatchObject({
      status: 500,
      text: 'component "guest" has no link named "nope" for wasi:keyvalue/store; its links for it: "cache", "default"; run "washi link put guest <target> wasi keyvalue --interface store --link-name nope"\n',
    })
  })

  it('follows links that are changed while it runs', async () => {
    const links = createTestLinks(keyValueLinks({ default: createMemoryKeyValue() }))
    const { pool } = await start(links)
    expect((await ask(pool, '/incr/n')).text).toBe('1\n')
    links.links = keyValueLinks({ default: createMemoryKeyValue() })
    expect((await ask(pool, '/incr/n')).text).toBe('1\n')
  })
})
