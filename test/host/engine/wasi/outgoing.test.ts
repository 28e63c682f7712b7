import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, startTestPool, TestClient, type TestPool } from '../../../support/guest-pool-kit.js'
import { createHttpClient } from '../../../support/linked/http-client.js'
import { createTestLinks, type TestLinks } from '../../../support/linked/linked-calls.js'

const key = 'wasi:http/outgoing-handler'

describe('wasi:http/outgoing-handler over links', () => {
  let server: Server
  let base: string
  let links: TestLinks
  let test: TestPool
  let onRequest: (request: IncomingMessage, response: ServerResponse) => void

  beforeAll(async () => {
    server = createServer((request, response) => onRequest(request, response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    links = createTestLinks({ [key]: { default: createHttpClient() } })
    test = await startTestPool('outgoing', { linked: links, maxThreads: 3 })
  })

  afterAll(async () => {
    await test.pool.stop(0)
    server.closeAllConnections()
    server.close()
  })

  const fetchPath = (path: string, more = ''): string =>
    `/fetch?url=${encodeURIComponent(base + path)}${more}`

  it('sends a request and streams the response back', async () => {
    onRequest = (request, response) => {
      response.setHeader('content-type', 'text/x-test')
      response.writeHead(207)
      response.end(`${request.method} ${request.url} ${request.headers.host}`)
    }
    const { status, text, rawHeaders } = await ask(test.pool, fetchPath('/a/b?c=d'))
    expect([status, text]).toEqual([207, `GET /a/b?c=d ${base.slice(7)}`])
    expect(rawHeaders).toContain('text/x-test')
  })

  it.each(['POST', 'PUT', 'PATCH'])('sends the body of %s while it is written', async (method) => {
    onRequest = (request, response) => void request.pipe(response)
    const body = Buffer.alloc(3_000_000, `${method} `)
    const answer = await ask(test.pool, fetchPath('/echo'), { method, body })
    expect(answer.status).toBe(200)
    expect(answer.body.equals(body)).toBe(true)
  })

  it('makes a slow guest wait for a slow server, and a fast server for a slow client', async () => {
    let received = 0
    let resume: () => void = () => undefined
    const paused = new Promise<void>((resolve) => {
      onRequest = (request, response) => {
        request.on('data', (chunk: Buffer) => (received += chunk.length))
        resume = () => void request.resume()
        request.pause()
        request.on('end', () => response.end(Buffer.alloc(8_000_000)))
        resolve()
      }
    })
    const size = 20_000_000
    const client = new TestClient(test.pool, fetchPath('/slow'), { method: 'POST' }, true)
    let sent = 0
    const chunk = Buffer.alloc(100_000)
    const send = (): void => {
      while (sent < size) {
        sent += chunk.length
        if (!client.call.write(Buffer.from(chunk))) return
      }
      client.call.end()
    }
    client.onDrained = send
    // As slow as can be: it takes one chunk at a time.
    client.onChunkArrived = () => {
      setImmediate(() => client.call.resume())
      return false
    }
    send()
    await paused
    expect(sent).toBeLessThan(size)
    resume()
    const answer = await client.answer
    expect([received, answer.status, answer.body.length]).toEqual([size, 200, 8_000_000])
  })

  it('passes what broke off on as broken off', async () => {
    onRequest = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('only this', () => response.destroy())
    }
    const { status, text, failure } = await ask(test.pool, fetchPath('/broken'))
    expect([status, text, failure?.kind]).toEqual([200, 'only this', 'no-answer'])
  })

  it.each([
    ['http://127.0.0.1:1/', 'connection-refused'],
    ['https://127.0.0.1:1/', 'HTTP-protocol-error'],
    ['http://no-such-host.invalid/', 'DNS-error'],
  ])('tells the guest the error of %s', async (url, code) => {
    const { status, text } = await ask(test.pool, `/fetch?url=${encodeURIComponent(url)}`)
    expect(status).toBe(502)
    expect(text).toContain(code)
  })

  it('tells the client the time-outs of the guest', async () => {
    onRequest = () => undefined
    const { status, text } = await ask(test.pool, fetchPath('/never', '&timeout=50'))
    expect([status, text]).toEqual([502, 'connection-read-timeout\n'])
  })

  it('says how to link where nothing is linked', async () => {
    await using alone = await startTestPool('outgoing', { linked: createTestLinks({}) })
    const { status, text } = await ask(alone.pool, fetchPath('/'))
    expect(status).toBe(502)
    expect(text).toContain(
      'internal-error: component "guest" has no link for wasi:http/outgoing-handler; run "washi link put',
    )
  })

  it('lets many guests wait for responses at once', async () => {
    const waiting: ServerResponse[] = []
    onRequest = (request, response) => {
      response.setHeader('x', request.url ?? '')
      waiting.push(response)
      if (waiting.length === 3) for (const one of waiting) one.end(String(one.getHeader('x')))
    }
    const answers = await Promise.all(['/1', '/2', '/3'].map((path) => ask(test.pool, fetchPath(path))))
    expect(answers.map(({ text }) => text)).toEqual(['/1', '/2', '/3'])
  })
})
