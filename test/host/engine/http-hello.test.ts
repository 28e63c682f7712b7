import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, startTestPool, TestClient, type TestPool } from '../../support/guest-pool-kit.js'

const mebibyte = 1024 * 1024

describe('a guest that serves HTTP', () => {
  let test: TestPool

  beforeAll(async () => {
    test = await startTestPool('http-hello')
  })

  afterAll(() => test.pool.stop())

  it('answers', async () => {
    const { status, rawHeaders, text, failure } = await ask(test.pool, '/')
    expect({ status, text, failure }).toEqual({
      status: 200,
      text: 'Hello from washi!\n',
      failure: undefined,
    })
    expect(rawHeaders).toEqual(['content-type', 'text/plain'])
  })

  it('answers HEAD without a body', async () => {
    const { status, text, failure } = await ask(test.pool, '/', { method: 'HEAD' })
    expect({ status, text, failure }).toEqual({ status: 200, text: '', failure: undefined })
  })

  it('refuses methods by itself', async () => {
    expect((await ask(test.pool, '/', { method: 'DELETE' })).status).toBe(405)
  })

  it.each([200, 204, 304, 418, 599, 999])('sets status %i', async (status) => {
    const answer = await ask(test.pool, `/status/${status}`)
    expect(answer.status).toBe(status)
    expect(answer.failure).toBeUndefined()
  })

  it('is told of method, path, authority and every header, duplicates and bytes above 127 included', async () => {
    const rawHeaders = [
      'X-Twice',
      'one',
      'Host',
      'localhost',
      'x-twice',
      'two',
      'X-Latin',
      'caf\xe9',
      'Connection',
      'close',
    ]
    const { body } = await ask(test.pool, '/headers?q=1', { method: 'PURGE', rawHeaders })
    expect(body.toString('latin1')).toBe(
      'PURGE /headers?q=1\nauthority: localhost\n\nx-latin: caf\xe9\nx-twice: one\nx-twice: two\n',
    )
  })

  it('echoes a body, and keeps its content-type', async () => {
    const { text, rawHeaders } = await ask(test.pool, '/echo', {
      body: 'a body',
      rawHeaders: ['Content-Type', 'text/x-test'],
    })
    expect(text).toBe('a body')
    expect(rawHeaders).toEqual(['content-type', 'text/x-test'])
  })

  it('echoes an empty body', async () => {
    expect(await ask(test.pool, '/echo', { body: '' })).toMatchObject({
      status: 200,
      text: '',
      failure: undefined,
    })
  })

  it('answers while the request body still comes', async () => {
    const client = new TestClient(test.pool, '/echo', { method: 'POST' }, true)
    const arrived = new Promise(
      (resolve) => (client.onChunkArrived = (chunk) => (resolve(Buffer.from(chunk).toString()), true)),
    )
    client.call.write(Buffer.from('first'))
    expect(await arrived).toBe('first')
    client.call.write(Buffer.from(', second'))
    client.call.end()
    expect((await client.answer).text).toBe('first, second')
  })

  it('streams 100 MiB up and down again without keeping it', async () => {
    const client = new TestClient(test.pool, '/echo', { method: 'POST' }, true)
    const [sent, received] = [createHash('sha256'), createHash('sha256')]
    let bytes = 0
    client.isCollecting = false
    client.onChunkArrived = (chunk) => {
      received.update(chunk)
      bytes += chunk.length
      return true
    }
    const before = process.memoryUsage()
    let highest = 0
    for (let piece = 0; piece < 1600; piece++) {
      const chunk = Buffer.alloc(65_536, piece)
      sent.update(chunk)
      if (!client.call.write(chunk)) await new Promise<void>((resolve) => (client.onDrained = resolve))
      highest = Math.max(highest, process.memoryUsage().arrayBuffers)
    }
    client.call.end()
    expect((await client.answer).failure).toBeUndefined()
    expect(bytes).toBe(100 * mebibyte)
    expect(received.digest('hex')).toBe(sent.digest('hex'))
    expect(highest - before.arrayBuffers).toBeLessThan(60 * mebibyte)
  })

  it('stops writing while the client is slow', async () => {
    const client = new TestClient(test.pool, `/big/${20 * mebibyte}`, {})
    client.isCollecting = false
    let bytes = 0
    let isSlow = true
    client.onChunkArrived = (chunk) => {
      bytes += chunk.length
      return !isSlow
    }
    // Another call on the same pool shows that time has passed and that nothing is blocked.
    for (let round = 0; round < 20; round++) await ask(test.pool, '/')
    expect(bytes).toBeLessThan(mebibyte)
    isSlow = false
    client.call.resume()
    expect((await client.answer).failure).toBeUndefined()
    expect(bytes).toBe(20 * mebibyte)
  })

  it('is freed when the client goes away while it writes', async () => {
    await using small = await startTestPool('http-hello', { maxThreads: 1, maxInstances: 1 })
    const client = new TestClient(small.pool, `/big/${1000 * mebibyte}`, {})
    await new Promise<void>((resolve) => {
      client.onChunkArrived = () => {
        resolve()
        return false
      }
    })
    client.call.cancel()
    expect((await ask(small.pool, '/')).text).toBe('Hello from washi!\n')
    expect(client.events).not.toContain('failure')
  })

  it('is freed when the client goes away while it waits for the body', async () => {
    await using small = await startTestPool('http-hello', { maxThreads: 1, maxInstances: 1 })
    const client = new TestClient(small.pool, '/echo', { method: 'POST' }, true)
    const head = new Promise<void>((resolve) => (client.onChunkArrived = () => (resolve(), true)))
    client.call.write(Buffer.from('start'))
    await head
    client.call.cancel()
    expect((await ask(small.pool, '/')).text).toBe('Hello from washi!\n')
  })

  it('answers thousands of calls at once, in order of arrival', async () => {
    await using busy = await startTestPool('http-hello', { maxQueued: 10_000, maxThreads: 2 })
    const answers = await Promise.all(
      Array.from({ length: 3000 }, (_, index) => ask(busy.pool, `/headers?${index}`)),
    )
    const paths = answers.map(({ text }) => text.split('\n')[0])
    expect(paths).toEqual(answers.map((_, index) => `GET /headers?${index}`))
  })
})
