import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createHash } from 'node:crypto'
import { createServer, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLogger } from '#washi/core/log.js'
import { serveExchange } from '#washi/providers/http-server/exchange.js'
import { listenerKeys, parseListenerSettings } from '#washi/providers/http-server/settings.js'
import { startTestPool, type TestPool } from '../../support/guest-pool-kit.js'
import type { GuestName } from '../../support/guests.js'

interface GuestServer extends TestPool {
  readonly port: number
}

async function serve(guest: GuestName, deadlineMs: number): Promise<GuestServer> {
  const test = await startTestPool(guest, { deadlineMs })
  const keys = { provider: 'http-server', owner: 'the test', keys: listenerKeys, ignoresCase: true }
  const options = {
    find: () => ({ kind: 'target', target: test.pool }) as const,
    settings: parseListenerSettings({}, keys),
    log: silentLogger,
    doomed: new WeakSet(),
  }
  const server = createServer((request, response) => serveExchange(request, response, options))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    ...test,
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await test.pool.stop(0)
    },
  }
}

/** The response as soon as its head is there. */
function open(
  port: number,
  options: RequestOptions,
  send: (request: ReturnType<typeof httpRequest>) => void,
) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, ...options }, resolve)
    request.on('error', reject)
    send(request)
  })
}

async function get(port: number, path: string, options: RequestOptions = {}) {
  const response = await open(port, { path, ...options }, (request) => request.end())
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return { response, text: Buffer.concat(chunks).toString() }
}

describe('a guest behind a real HTTP server', () => {
  let hello: GuestServer
  let trouble: GuestServer

  beforeAll(async () => {
    ;[hello, trouble] = await Promise.all([serve('http-hello', 60_000), serve('trouble', 2000)])
  })

  afterAll(async () => {
    await hello?.[Symbol.asyncDispose]()
    await trouble?.[Symbol.asyncDispose]()
  })

  it('answers on one connection many times', async () => {
    for (let round = 0; round < 50; round++)
      expect((await get(hello.port, '/')).text).toBe('Hello from washi!\n')
  })

  it('sees duplicate headers', async () => {
    const { text } = await get(hello.port, '/headers', { headers: { 'X-Twice': ['one', 'two'] } })
    expect(text).toContain('x-twice: one\nx-twice: two\n')
  })

  it('echoes 100 MiB with flat memory', async () => {
    const [sent, received] = [createHash('sha256'), createHash('sha256')]
    const response = await open(hello.port, { path: '/echo', method: 'POST' }, (request) => {
      let left = 1600
      const write = (): void => {
        while (left > 0) {
          const chunk = Buffer.alloc(65_536, left--)
          sent.update(chunk)
          if (!request.write(chunk)) return void request.once('drain', write)
        }
        request.end()
      }
      write()
    })
    const before = heldBuffers()
    let [bytes, measured, highest] = [0, 0, 0]
    for await (const chunk of response) {
      received.update(chunk as Buffer)
      bytes += (chunk as Buffer).length
      if (bytes - measured < 8 * 1024 * 1024) continue
      measured = bytes
      highest = Math.max(highest, heldBuffers())
    }
    expect(bytes).toBe(104_857_600)
    expect(received.digest('hex')).toBe(sent.digest('hex'))
    expect(highest - before).toBeLessThan(64 * 1024 * 1024)
  })

  it('gives 500 for a trap, 504 past the deadline, and answers the next request', async () => {
    expect((await get(trouble.port, '/trap')).response.statusCode).toBe(500)
    expect((await get(trouble.port, '/loop')).response.statusCode).toBe(504)
    expect((await get(trouble.port, '/counter')).text).toBe('1\n')
  })

  it('never passes half an answer off as a whole one', async () => {
    // 500 where the trap was known before the head had left, else a connection that breaks off.
    const outcome = await get(trouble.port, '/half').then(
      ({ response }) => response.statusCode,
      () => 'broken off',
    )
    expect([500, 'broken off']).toContain(outcome)
  })

  it('is rid of a client that goes away', async () => {
    const response = await open(hello.port, { path: '/big/1000000000', agent: false }, (request) =>
      request.end(),
    )
    await new Promise((resolve) => response.once('data', resolve))
    response.destroy()
    expect((await get(hello.port, '/')).text).toBe('Hello from washi!\n')
  })
})

/** Bytes of buffers that are still referenced; what only waits for the collector is none of our business. */
function heldBuffers(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().arrayBuffers
}
