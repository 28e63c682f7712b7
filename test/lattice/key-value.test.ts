import { connectLattice } from '#washi/lattice/connection.js'
import type { BucketChange } from '#washi/lattice/key-value.js'
import { parseLatticeName } from '#washi/lattice/ids.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { natsImplementations } from '../support/nats-implementations.js'
import type { NatsUnderTest } from '../support/nats-implementations.js'

const text = (value: Uint8Array): string => new TextDecoder().decode(value)

describe.each(natsImplementations)('a bucket on $name', ({ start }) => {
  let server: NatsUnderTest
  beforeAll(async () => {
    server = await start()
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
  })
  const open = () => connectLattice({ url: server.url, lattice: parseLatticeName('default'), name: 'test' })

  it('is an error while it does not exist, and used as it is once it does', async () => {
    await using connection = await open()
    await expect(connection.bucket('absent')).rejects.toMatchObject({ code: 'BUCKET_UNAVAILABLE' })
    await connection.bucket('absent', { create: {} })
    await (await connection.bucket('absent')).put('a', '1')
    expect(await (await connection.bucket('absent', { create: { history: 5 } })).entries()).toHaveLength(1)
  })

  it('refuses to overwrite what somebody else has changed', async () => {
    await using connection = await open()
    const bucket = await connection.bucket('cas', { create: {} })
    const first = await bucket.update('key', 'one', undefined)
    expect(await bucket.update('key', 'other', undefined)).toBeUndefined()
    const second = await bucket.update('key', 'two', first)
    expect(await bucket.update('key', 'three', first)).toBeUndefined()
    expect(await bucket.get('key')).toMatchObject({ revision: second })
    expect(text((await bucket.get('key'))?.value ?? new Uint8Array())).toBe('two')
  })

  it('lets a deleted key be created again', async () => {
    await using connection = await open()
    const bucket = await connection.bucket('again', { create: {} })
    await bucket.put('key', 'one')
    await bucket.purge('key')
    expect(await bucket.get('key')).toBeUndefined()
    expect(await bucket.update('key', 'two', undefined)).toBeTypeOf('number')
  })

  it('reports stored values, then that it is current, then each change, and all again after a reconnect', async () => {
    await using own = await start()
    await using connection = await connectLattice({
      url: own.url,
      lattice: parseLatticeName('default'),
      name: 'test',
    })
    const bucket = await connection.bucket('watched', { create: {} })
    await bucket.put('a', '1')
    await bucket.put('b', '2')
    const done = new AbortController()
    const changes = bucket.watch({ signal: done.signal })[Symbol.asyncIterator]()
    const next = async (): Promise<string> => brief((await changes.next()).value as BucketChange)
    expect([await next(), await next(), await next()]).toEqual(['put a 1', 'put b 2', 'current'])
    await bucket.put('a', '3')
    await bucket.delete('b')
    expect([await next(), await next()]).toEqual(['put a 3', 'delete b'])
    await own.stop()
    await own.restart()
    expect([await next(), await next(), await next()]).toEqual(['put a 3', 'delete b', 'current'])
    done.abort()
    expect((await changes.next()).done).toBe(true)
  })

  it('is current at once while it is empty', async () => {
    await using connection = await open()
    const bucket = await connection.bucket('empty', { create: {} })
    const done = new AbortController()
    for await (const change of bucket.watch({ signal: done.signal })) {
      expect(change).toEqual({ kind: 'current' })
      done.abort()
    }
    expect(await bucket.entries()).toEqual([])
  })
})

function brief(change: BucketChange): string {
  if (change.kind === 'current') return change.kind
  return change.kind === 'delete' ? `delete ${change.key}` : `put ${change.key} ${text(change.value)}`
}
