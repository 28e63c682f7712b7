import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HttpTarget } from '#washi/host/http-exchange.js'
import { httpClient } from '#washi/providers/http-client/index.js'
import { outgoingHandler } from '#washi/wit/wire/http.js'
import { ask, startTestPool, type TestPool } from '../../support/guest-pool-kit.js'
import { createTestLinks } from '../../support/linked/linked-calls.js'
import { providerForms, startProviderKit, type ProviderKit } from '../../support/provider-kit.js'

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/tls/${name}`, import.meta.url))

describe.each(providerForms)('http-client, %s', (form) => {
  let server: Server
  let tls: Server
  let base: string
  let provider: ProviderKit
  let elsewhere: TestPool
  let here: HttpTarget
  let onRequest: (request: IncomingMessage, response: ServerResponse) => void

  beforeAll(async () => {
    server = createServer((request, response) => onRequest(request, response))
    tls = createTlsServer(
      { key: readFileSync(fixture('localhost.key')), cert: readFileSync(fixture('localhost.crt')) },
      (request, response) => onRequest(request, response),
    )
    for (const one of [server, tls]) {
      await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve))
    }
    base = `http://127.0.0.1:${portOf(server)}`
    provider = await startProviderKit({
      ...{ definition: httpClient, form, wit: 'wasi:http', interfaces: ['outgoing-handler'] },
      config: { ssl_certs_file: fixture('localhost.crt') },
    })
    expect(await provider.link({ source: 'outgoing' })).toBeUndefined()
    expect(await provider.link({ source: 'guest' })).toBeUndefined()
    here = await provider.startComponent('outgoing')
    const links = createTestLinks({ 'wasi:http/outgoing-handler': { default: provider.remote } })
    elsewhere = await startTestPool('outgoing', { linked: links })
  })

  afterAll(async () => {
    await elsewhere.pool.stop(0)
    await provider[Symbol.asyncDispose]()
    for (const one of [server, tls]) {
      one.closeAllConnections()
      one.close()
    }
  })

  const fetchPath = (url: string, more = ''): string => `/fetch?url=${encodeURIComponent(url)}${more}`

  describe.each(['on its host', 'elsewhere'] as const)('for a component %s', (where) => {
    const target = (): HttpTarget => (where === 'elsewhere' ? elsewhere.pool : here)

    it('sends what the component says, and streams the response back', async () => {
      onRequest = (request, response) => {
        response.writeHead(207, { 'content-type': 'text/x-test' })
        response.end(
          `${request.method} ${request.url} ${request.headers.host} ${request.headers['user-agent']}`,
        )
      }
      const { status, text, rawHeaders } = await ask(target(), fetchPath(`${base}/a/b?c=d`))
      expect([status, text]).toEqual([207, `GET /a/b?c=d ${base.slice(7)} washi-http-client`])
      expect(rawHeaders).toContain('text/x-test')
    })

    it.each(['POST', 'PUT', 'PATCH'])('streams the body of %s both ways', async (method) => {
      onRequest = (request, response) => void request.pipe(response)
      const body = Buffer.alloc(3_000_000, `${method} `)
      const answer = await ask(target(), fetchPath(`${base}/echo`), { method, body })
      expect([answer.status, answer.body.equals(body)]).toEqual([200, true])
    })

    it('sends no frame for a body that is not there', async () => {
      onRequest = (request, response) => void response.end(JSON.stringify(request.headers))
      const { text } = await ask(target(), fetchPath(`${base}/`))
      expect(Object.keys(JSON.parse(text) as object).sort()).toEqual(['connection', 'host', 'user-agent'])
    })

    it('follows no redirect', async () => {
      onRequest = (_request, response) =>
        void response.writeHead(302, { location: `${base}/other` }).end('there')
      expect(await ask(target(), fetchPath(`${base}/`))).toMatchObject({ status: 302, text: 'there' })
    })

    it('passes what broke off on as broken off', async () => {
      onRequest = (_request, response) => {
        response.writeHead(200, { 'content-length': '100' })
        response.write('only this', () => response.destroy())
      }
      const { status, failure } = await ask(target(), fetchPath(`${base}/broken`))
      expect([status, failure?.kind]).toEqual([200, 'no-answer'])
    })

    it('trusts the certificates of the configuration, and the name in them alone', async () => {
      onRequest = (_request, response) => void response.end('secret')
      const port = portOf(tls)
      expect((await ask(target(), fetchPath(`https://localhost:${port}/`))).text).toBe('secret')
      const plain = await ask(target(), fetchPath(`https://127.0.0.1:${portOf(server)}/`))
      expect([plain.status, plain.text]).toEqual([502, 'TLS-protocol-error\n'])
    })

    it.each([
      ['http://127.0.0.1:1/', 'connection-refused'],
      ['http://no-such-host.invalid/', 'DNS-error'],
      ['http://169.254.169.254/latest/meta-data/', 'destination-IP-prohibited'],
      ['http://2852039166/', 'destination-IP-prohibited'],
      ['http://0xa9.254.0251.254/', 'destination-IP-prohibited'],
      ['http://[fe80::1]/', 'destination-IP-prohibited'],
      ['http://[::ffff:169.254.169.254]/', 'destination-IP-prohibited'],
      ['http://[64:ff9b::a9fe:a9fe]/', 'destination-IP-prohibited'],
      ['http://[fd00:ec2::254]/', 'destination-IP-prohibited'],
    ])('tells the component the error of %s', async (url, code) => {
      const { status, text } = await ask(target(), fetchPath(url))
      expect([status, text.startsWith(code)]).toEqual([502, true])
    })

    it('keeps the time-outs of the component', async () => {
      onRequest = () => undefined
      const { status, text } = await ask(target(), fetchPath(`${base}/never`, '&timeout=50'))
      expect([status, text]).toEqual([502, 'connection-read-timeout\n'])
    })
  })

  it('sends requests only to the hosts of a link that names some', async () => {
    const allowed_hosts = `*.example.com, 127.0.0.1:${portOf(server)}`
    expect(await provider.link({ source: 'narrow', config: { allowed_hosts } })).toBeUndefined()
    const narrow = await provider.startComponent('outgoing', 'narrow')
    onRequest = (_request, response) => void response.end('yes')
    expect((await ask(narrow, fetchPath(`${base}/`))).text).toBe('yes')
    for (const url of [
      `https://127.0.0.1:${portOf(tls)}/`,
      'http://example.com/',
      'http://a.example.com.evil/',
    ]) {
      expect((await ask(narrow, fetchPath(url))).text).toBe('HTTP-request-denied\n')
    }
  })

  it('refuses a link whose configuration is wrong, with the right key', async () => {
    expect(await provider.link({ source: 'a', config: { alowed_hosts: '*' } })).toContain(
      'has no key "alowed_hosts"; did you mean "allowed_hosts"?',
    )
    expect(await provider.link({ source: 'b', config: { allowed_hosts: 'http://a' } })).toContain(
      'is no host',
    )
  })

  it('leaves out headers of the connection, and what would make two requests of one', async () => {
    onRequest = (request, response) => {
      request.resume().on('end', () => response.end(JSON.stringify(request.headers)))
    }
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
    const headers = [
      ['Transfer-Encoding', [bytes('chunked')]],
      ['connection', [bytes('x-hop')]],
      ['x-hop', [bytes('1')]],
      ['host', [bytes('evil')]],
      ['x-kept', [bytes('1')]],
      ['content-length', [bytes('0'), bytes('50')]],
    ]
    const request = {
      ...{ body: undefined, trailers: undefined, method: { tag: 'get' }, pathWithQuery: '/', headers },
      ...{ scheme: { tag: 'HTTP' }, authority: base.slice(7) },
    }
    const got = await callWithBody(provider, [request, undefined])
    expect(got.status).toBe(200)
    expect(JSON.parse(got.body)).toEqual({
      ...{ 'x-kept': '1', 'content-length': '0', host: base.slice(7), connection: 'keep-alive' },
      'user-agent': 'washi-http-client',
    })
  })
})

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

/** Calls from elsewhere with an empty body, as bytes on the wire. */
async function callWithBody(
  provider: ProviderKit,
  args: readonly unknown[],
): Promise<{ readonly status: number; readonly body: string }> {
  const { createTupleCodec } = await import('#washi/wit/codec/create-tuple-codec.js')
  const { StreamChunkDecoder } = await import('#washi/wit/codec/byte-stream.js')
  const handle = outgoingHandler.functions[0]
  if (!handle?.result) throw new Error('the interface has changed')
  const { result, params } = handle
  const chunks = new StreamChunkDecoder()
  const pieces: Uint8Array[] = []
  return await new Promise((resolve, reject) => {
    let status = 0
    const paths = ['0.0', '0.1']
    const call = provider.remote.invoke(
      {
        ...{ sourceId: 'guest', linkName: 'default', instance: outgoingHandler.name, function: 'handle' },
        params: createTupleCodec(params.map(({ type }) => type)).encode(args),
        ...{ asyncParams: paths, asyncResults: paths },
      },
      {
        onResult: (bytes) => {
          const [answer] = createTupleCodec([result]).decode(bytes) as [{ val: { status: number } }]
          status = answer.val.status
        },
        onData: (path, bytes) => {
          if (path === '0.0') pieces.push(...chunks.push(bytes).map((piece) => piece.slice()))
          return true
        },
        onDataEnd: () => undefined,
        onDrain: () => undefined,
        onEnd: () => resolve({ status, body: Buffer.concat(pieces).toString() }),
        onFailure: ({ message }) => reject(new Error(message)),
      },
    )
    call.write('0.0', Uint8Array.of(0))
    call.end('0.0')
    call.write('0.1', Uint8Array.of(0))
    call.end('0.1')
  })
}
