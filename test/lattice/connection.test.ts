import { createServer } from 'node:net'
import { once } from 'node:events'
import { connectLattice } from '#washi/lattice/connection.js'
import { parseLatticeName } from '#washi/lattice/ids.js'
import { textOf } from '#washi/lattice/message.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { natsImplementations } from '../support/nats-implementations.js'
import type { NatsUnderTest } from '../support/nats-implementations.js'

const lattice = parseLatticeName('default')

describe('connectLattice()', () => {
  it('names the address, the reason and the next command where nothing listens', async () => {
    const port = await freePort()
    await expect(
      connectLattice({ url: `nats://127.0.0.1:${port}`, lattice, name: 'test' }),
    ).rejects.toMatchObject({
      code: 'LATTICE_UNREACHABLE',
      message: `Cannot reach the lattice at nats://127.0.0.1:${port}: connection refused`,
      hint: 'washi up -d',
    })
  })

  it('says that it timed out where something listens that never speaks', async () => {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const url = `nats://127.0.0.1:${port}`
    await expect(connectLattice({ url, lattice, name: 'test', timeoutMs: 50 })).rejects.toMatchObject({
      message: `Cannot reach the lattice at ${url}: timed out`,
    })
    server.close()
  })

  it('keeps credentials out of its message', async () => {
    const url = `nats://me:secret@127.0.0.1:${await freePort()}`
    const failure = await connectLattice({ url, lattice, name: 'test' }).catch((error: unknown) =>
      String(error),
    )
    expect(failure).not.toContain('secret')
  })

  it('rejects with the reason of an aborted signal', async () => {
    const reason = new Error('enough')
    const options = { url: 'nats://127.0.0.1:1', lattice, name: 'test', signal: AbortSignal.abort(reason) }
    await expect(connectLattice(options)).rejects.toBe(reason)
  })
})

describe.each(natsImplementations)('a lattice connection on $name', ({ start }) => {
  let server: NatsUnderTest
  beforeAll(async () => {
    server = await start()
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
  })
  const open = () => connectLattice({ url: server.url, lattice, name: 'test' })

  it('requests and is answered', async () => {
    await using connection = await open()
    const done = new AbortController()
    void (async () => {
      for await (const message of connection.subscribe('greet', { signal: done.signal })) {
        message.respond(`hello ${textOf(message)}`)
      }
    })()
    expect(textOf(await connection.request('greet', 'you'))).toBe('hello you')
    done.abort()
  })

  it('tells at once that nobody listens', async () => {
    await using connection = await open()
    await expect(connection.request('nobody', '', { timeoutMs: 20_000 })).rejects.toMatchObject({
      code: 'LATTICE_NO_RESPONDERS',
    })
  })

  it('tells that nobody answered in time', async () => {
    await using connection = await open()
    const done = new AbortController()
    const iterator = connection.subscribe('mute', { signal: done.signal })[Symbol.asyncIterator]()
    await expect(connection.request('mute', '', { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'LATTICE_TIMEOUT',
    })
    done.abort()
    await iterator.return?.()
  })

  it('gathers as many answers as expected without waiting for the time-out', async () => {
    await using connection = await open()
    const done = new AbortController()
    for (const name of ['a', 'b']) {
      void (async () => {
        for await (const message of connection.subscribe('who', { signal: done.signal }))
          message.respond(name)
      })()
    }
    const answers = await connection.gather('who', '', { expected: 2, timeoutMs: 60_000 })
    expect(answers.map(textOf).sort()).toEqual(['a', 'b'])
    done.abort()
  })

  it('gathers nothing, at once, where nobody listens', async () => {
    await using connection = await open()
    expect(await connection.gather('nobody', '', { timeoutMs: 60_000 })).toEqual([])
  })

  it('shares the messages of one subject among the members of a queue group', async () => {
    await using connection = await open()
    const done = new AbortController()
    let received = 0
    for (const _ of [1, 2, 3]) {
      void (async () => {
        for await (const message of connection.subscribe('work', { queue: 'workers', signal: done.signal })) {
          received += 1
          message.respond('done')
        }
      })()
    }
    for (let i = 0; i < 10; i += 1) await connection.request('work')
    expect(received).toBe(10)
    done.abort()
  })

  it('ends its subscriptions with their signal', async () => {
    await using connection = await open()
    const done = new AbortController()
    const subscription = connection.subscribe('never', { signal: done.signal })
    const ended = (async () => {
      for await (const _ of subscription);
    })()
    done.abort()
    await ended
    const unread = new AbortController()
    const late = connection.subscribe('never', { signal: unread.signal })
    unread.abort()
    for await (const _ of late);
  })

  it('reports that it was closed when it is used afterwards', async () => {
    const connection = await open()
    await connection.close()
    expect(await connection.closed).toBeUndefined()
    expect(() => connection.publish('a')).toThrow(
      expect.objectContaining({ code: 'LATTICE_CLOSED' }) as Error,
    )
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
