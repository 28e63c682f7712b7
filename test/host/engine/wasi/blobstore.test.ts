import { afterEach, describe, expect, it } from 'vitest'
import { ask, startTestPool, TestClient, type TestPool } from '../../../support/guest-pool-kit.js'
import { createTestLinks, type TestLinks } from '../../../support/linked/linked-calls.js'
import {
  createMemoryBlobstore,
  type MemoryBlobstoreOptions,
} from '../../../support/linked/memory-blobstore.js'

const key = 'wasi:blobstore/blobstore'

describe.each(['0.2.0', '0.1.0'] as const)('wasi:blobstore over links, at version %s', (version) => {
  let test: TestPool | undefined
  let links: TestLinks

  afterEach(() => test?.pool.stop(0))

  async function start(options: MemoryBlobstoreOptions = {}): Promise<TestPool> {
    links = createTestLinks({ [key]: { default: createMemoryBlobstore({ version, ...options }) } })
    test = await startTestPool('blob', { linked: links })
    return test
  }

  it('makes, describes, lists, clears and deletes containers', async () => {
    const { pool } = await start()
    expect((await ask(pool, '/c/box', { method: 'PUT' })).status).toBe(201)
    expect(await ask(pool, '/c/box', { method: 'PUT' })).toMatchObject({
      status: 500,
      text: 'container "box" exists\n',
    })
    expect((await ask(pool, '/c/box?exists')).text).toBe('true\n')
    expect((await ask(pool, '/c/none?exists')).text).toBe('false\n')
    expect((await ask(pool, '/c/none')).text).toBe('container "none" does not exist\n')
    const head = await ask(pool, '/c/box', { method: 'HEAD' })
    expect(head.rawHeaders).toEqual(['x-container-name', 'box', 'x-created-at', '1700000000'])
    const names = Array.from({ length: 250 }, (_, index) => `o${String(index).padStart(3, '0')}`)
    for (const name of names) await ask(pool, `/c/box/${name}`, { method: 'PUT', body: name })
    expect((await ask(pool, '/c/box')).text.split('\n').slice(0, -1)).toEqual(names)
    expect((await ask(pool, '/c/box?skip=247')).text).toBe('o247\no248\no249\n')
    expect((await ask(pool, '/c/box?skip=300')).text).toBe('')
    expect((await ask(pool, '/c/box?delete=o000,o001', { method: 'POST' })).status).toBe(204)
    expect((await ask(pool, '/c/box?skip=246')).text).toBe('o248\no249\n')
    expect((await ask(pool, '/c/box?clear', { method: 'POST' })).status).toBe(204)
    expect((await ask(pool, '/c/box')).text).toBe('')
    expect((await ask(pool, '/c/box', { method: 'DELETE' })).status).toBe(204)
    expect((await ask(pool, '/c/box?exists')).text).toBe('false\n')
  })

  it('writes, reads, copies, moves and deletes objects', async () => {
    const { pool } = await start()
    await ask(pool, '/c/box', { method: 'PUT' })
    await ask(pool, '/c/other', { method: 'PUT' })
    expect((await ask(pool, '/c/box/a%2fb', { method: 'PUT', body: 'hello, blob' })).status).toBe(201)
    expect((await ask(pool, '/c/box/a%2fb')).text).toBe('hello, blob')
    expect((await ask(pool, '/c/box/a%2fb?sync')).text).toBe('hello, blob')
    expect((await ask(pool, '/c/box/a%2fb?start=7&end=9')).text).toBe('bl')
    const head = await ask(pool, '/c/box/a%2fb', { method: 'HEAD' })
    expect(head.rawHeaders.slice(-2)).toEqual(['x-object-size', '11'])
    expect((await ask(pool, '/c/box/a%2fb?copy-to=other/x', { method: 'POST' })).status).toBe(204)
    expect((await ask(pool, '/c/box/a%2fb?move-to=other/y', { method: 'POST' })).status).toBe(204)
    expect((await ask(pool, '/c/box/a%2fb')).status).toBe(404)
    expect((await ask(pool, '/c/other')).text).toBe('x\ny\n')
    expect((await ask(pool, '/c/other/x', { method: 'DELETE' })).status).toBe(204)
    expect((await ask(pool, '/c/other')).text).toBe('y\n')
    expect((await ask(pool, '/c/box/none?copy-to=other/z', { method: 'POST' })).text).toBe(
      'no object "none"\n',
    )
    await ask(pool, '/c/box/empty', { method: 'PUT', body: '' })
    expect((await ask(pool, '/c/box/empty')).body.length).toBe(0)
  })

  it('streams large objects in both directions', async () => {
    const { pool } = await start()
    await ask(pool, '/c/box', { method: 'PUT' })
    const body = Buffer.alloc(5_000_000, 'all work and no play ')
    expect((await ask(pool, '/c/box/big', { method: 'PUT', body })).status).toBe(201)
    const { body: got } = await ask(pool, '/c/box/big')
    expect(got.equals(body)).toBe(true)
    expect((await ask(pool, '/c/box/big?sync&end=3000000')).body.equals(body.subarray(0, 3_000_000))).toBe(
      true,
    )
  })

  it('tells the guest why an object was not stored', async () => {
    const { pool } = await start({ maxBytes: 100 })
    await ask(pool, '/c/box', { method: 'PUT' })
    const { status, text } = await ask(pool, '/c/box/big', { method: 'PUT', body: Buffer.alloc(101) })
    expect([status, text]).toEqual([500, 'object "big" is too large\n'])
    expect((await ask(pool, '/c/box')).text).toBe('')
  })

  it('stores nothing of an object whose writer gave up', async () => {
    const { pool } = await start()
    await ask(pool, '/c/box', { method: 'PUT' })
    const client = new TestClient(pool, '/c/box/half', { method: 'PUT' }, true)
    client.call.write(Buffer.alloc(100_000))
    client.call.cancel()
    expect((await ask(pool, '/c/box')).text).toBe('')
  })

  it('turns to the other version of the protocol where that is the one that is served', async () => {
    const { pool } = await start()
    await ask(pool, '/c/box?exists')
    await ask(pool, '/c/box?exists')
    expect(links.calls.map(({ instance }) => instance.split('@')[1])).toEqual(
      version === '0.2.0' ? ['0.2.0', '0.2.0'] : ['0.2.0', '0.1.0', '0.1.0'],
    )
    links.links = {}
    expect((await ask(pool, '/c/box?exists')).text).toMatch(
      /no link for wasi:blobstore\/blobstore; run "washi/,
    )
  })
})

describe('wasi:blobstore over links', () => {
  it('breaks off what the store breaks off, with its reason', async () => {
    const links = createTestLinks({ [key]: { default: createMemoryBlobstore({ broken: 'bad' }) } })
    await using test = await startTestPool('blob', { linked: links })
    await ask(test.pool, '/c/box', { method: 'PUT' })
    await ask(test.pool, '/c/box/bad', { method: 'PUT', body: Buffer.alloc(1000) })
    expect(await ask(test.pool, '/c/box/bad?sync')).toMatchObject({ status: 500, text: 'the disk broke\n' })
    const { status, body, failure } = await ask(test.pool, '/c/box/bad')
    expect([status, body.length, failure?.kind]).toEqual([200, 500, 'no-answer'])
  })
})
