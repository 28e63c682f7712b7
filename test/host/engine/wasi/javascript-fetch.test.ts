import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, startTestPool, type TestPool } from '../../../support/guest-pool-kit.js'
import { buildJavaScriptGuest } from '../../../support/javascript-guest.js'
import { createHttpClient } from '../../../support/linked/http-client.js'
import { createTestLinks } from '../../../support/linked/linked-calls.js'

const sources = new URL('../../../fixtures/javascript/', import.meta.url)

describe('fetch() of a JavaScript guest', () => {
  let server: Server
  let base: string
  let test: TestPool
  let onRequest: (request: IncomingMessage, response: ServerResponse) => void

  // The first run installs the toolchain.
  beforeAll(async () => {
    server = createServer((request, response) => onRequest(request, response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const read = (name: string): Promise<string> => readFile(new URL(name, sources), 'utf8')
    const bytes = await buildJavaScriptGuest(await read('fetch.js'), await read('fetch.wit'))
    test = await startTestPool(bytes, {
      linked: createTestLinks({ 'wasi:http/outgoing-handler': { default: createHttpClient() } }),
      maxMemoryBytes: 256 * 1024 * 1024,
      maxThreads: 1,
    })
  }, 600_000)

  afterAll(async () => {
    await test?.pool.stop(0)
    server.closeAllConnections()
    server.close()
  })

  const query = (...urls: string[]): string => urls.map((url) => `url=${encodeURIComponent(url)}`).join('&')

  it('has several requests under way at once', async () => {
    const waiting: [IncomingMessage, ServerResponse][] = []
    onRequest = (request, response) => {
      waiting.push([request, response])
      if (waiting.length < 4) return
      for (const [one, answer] of waiting.reverse()) answer.end(`${one.url} ${one.headers['x-from']}`)
    }
    const urls = [1, 2, 3, 4].map((index) => `${base}/${index}`)
    const { text } = await ask(test.pool, `/all?${query(...urls)}`)
    expect(text.split('\n')).toEqual([1, 2, 3, 4].map((index) => `200 /${index} guest`))
  })

  it('gives up what it does not wait for', async () => {
    const closed = new Promise<void>((resolve) => {
      onRequest = (request, response) => {
        if (request.url === '/fast') response.end('fast')
        else response.on('close', resolve)
      }
    })
    const { text } = await ask(test.pool, `/race?${query(`${base}/slow`, `${base}/fast`)}`)
    expect(text).toBe('200 fast')
    await closed
  })

  it('fails where nobody listens', async () => {
    expect((await ask(test.pool, `/all?${query('http://127.0.0.1:1/')}`)).text).toMatch(/^failed: /)
  })

  it('passes a body on and an answer back while they come', async () => {
    onRequest = (request, response) => void request.pipe(response)
    const body = Buffer.alloc(2_000_000, 'to and fro ')
    const answer = await ask(test.pool, `/pass?${query(base)}`, { method: 'POST', body })
    expect(answer.failure).toBeUndefined()
    expect(answer.body.equals(body)).toBe(true)
  })
})
