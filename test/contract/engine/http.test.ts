import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../support/engines.js'
import { ask, startTestPool, TestClient, type TestPool } from '../../support/guest-pool-kit.js'

describe.each(engines)('a guest that serves HTTP under $kind', (engine) => {
  let test: TestPool

  beforeAll(async () => {
    test = await startTestPool('http-hello', { engine })
  })

  afterAll(() => test?.pool.stop())

  it('answers with status, headers and body', async () => {
    expect(await ask(test.pool, '/')).toMatchObject({
      status: 200,
      rawHeaders: ['content-type', 'text/plain'],
      text: 'Hello from washi!\n',
      failure: undefined,
    })
    expect((await ask(test.pool, '/status/418')).status).toBe(418)
    expect((await ask(test.pool, '/status/99')).status).toBe(400)
  })

  it('answers HEAD without a body', async () => {
    expect(await ask(test.pool, '/', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
  })

  it('is told of every header, duplicates and bytes above 127 included', async () => {
    const rawHeaders = ['b', '2', 'a', '\xe9', 'a', '1']
    const { body } = await ask(test.pool, '/headers?q=1', { rawHeaders })
    expect(body.toString('latin1')).toBe('GET /headers?q=1\nauthority: localhost\n\na: 1\na: \xe9\nb: 2\n')
  })

  it('sends a body back while it comes', async () => {
    const client = new TestClient(test.pool, '/echo', { method: 'POST' }, true)
    const sent = createHash('sha256')
    for (let piece = 0; piece < 64; piece++) {
      const chunk = Buffer.alloc(65_536, piece)
      sent.update(chunk)
      if (!client.call.write(chunk)) await new Promise<void>((resolve) => (client.onDrained = resolve))
    }
    client.call.end()
    const { body, failure } = await client.answer
    expect(failure).toBeUndefined()
    expect(createHash('sha256').update(body).digest('hex')).toBe(sent.digest('hex'))
  })

  it('stops writing while the client is slow, and goes on', async () => {
    const client = new TestClient(test.pool, '/big/8000000', {})
    let isSlow = true
    let seen = 0
    const paused = new Promise<void>((resolve) => {
      client.onChunkArrived = (chunk) => {
        seen += chunk.length
        if (isSlow && seen > 100_000) resolve()
        return !isSlow || seen <= 100_000
      }
    })
    await paused
    expect(seen).toBeLessThan(1_000_000)
    isSlow = false
    client.call.resume()
    expect((await client.answer).body).toHaveLength(8_000_000)
  })

  it('is freed when the client goes away', async () => {
    const client = new TestClient(test.pool, '/echo', { method: 'POST' }, true)
    client.call.write(Buffer.from('half'))
    client.call.cancel()
    expect((await ask(test.pool, '/')).status).toBe(200)
  })
})
