import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { ask, startTestPool } from '../../../support/guest-pool-kit.js'
import { buildJavaScriptGuest } from '../../../support/javascript-guest.js'
import { createHttpClient } from '../../../support/linked/http-client.js'
import { createTestLinks } from '../../../support/linked/linked-calls.js'

const sources = new URL('../../../fixtures/javascript/', import.meta.url)

// The first run installs the toolchain.
it('carries trailers of requests and responses, both ways', { timeout: 600_000 }, async () => {
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      response.writeHead(200, { trailer: 'x-back' })
      response.write(`${request.method} ${request.url} ${body} ${request.trailers['x-sum'] ?? ''}`)
      response.addTrailers([['x-back', 'é']])
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const authority = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const read = (name: string): Promise<string> => readFile(new URL(name, sources), 'utf8')
  const bytes = await buildJavaScriptGuest(await read('trailers.js'), await read('trailers.wit'))
  await using test = await startTestPool(bytes, {
    linked: createTestLinks({ 'wasi:http/outgoing-handler': { default: createHttpClient() } }),
    maxMemoryBytes: 256 * 1024 * 1024,
    maxThreads: 1,
  })
  const { failure, text, rawTrailers } = await ask(test.pool, `/${authority}`)
  expect({ failure, text, rawTrailers }).toEqual({
    failure: undefined,
    text: 'POST /trailers ping 4',
    rawTrailers: ['x-back', 'é'],
  })
  expect((await ask(test.pool, '/127.0.0.1:1')).text).toBe('error connection-refused')
  server.close()
})
