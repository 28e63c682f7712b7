import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { request } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { exchangeBytes, freePort, startHttpServer, type HttpServerKit } from './http-server-kit.js'

const open: HttpServerKit[] = []
afterEach(async () => {
  for (const kit of open.splice(0)) await kit[Symbol.asyncDispose]()
})

async function listen(
  config: Readonly<Record<string, string>>,
  ...answer: Parameters<typeof startHttpServer> extends [unknown, ...infer Rest] ? Rest : never
) {
  const port = await freePort()
  const kit = await startHttpServer({}, ...answer)
  open.push(kit)
  const link = kit.link('hello', { address: `127.0.0.1:${port}`, ...config })
  await kit.provider.linkAsSource(link)
  return { ...kit, port, opened: link }
}

const tls = (name: string): string => fileURLToPath(new URL(`../../fixtures/tls/${name}`, import.meta.url))

describe('a listener of http-server', () => {
  it('speaks TLS with the certificate that it is given, and says https', async () => {
    const { port, received } = await listen({
      tls_cert_file: tls('localhost.crt'),
      tls_priv_key_file: tls('localhost.key'),
    })
    const ca = await readFile(tls('localhost.crt'))
    const asked = request({
      host: 'localhost',
      port,
      ca,
      agent: false,
      servername: 'localhost',
      lookup: loopback,
    })
    asked.end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    answer.resume()
    expect(answer.statusCode).toBe(200)
    expect(received[0]?.head.scheme).toBe('https')
  })

  it('answers preflights by itself and permits what it is told to', async () => {
    const { port, received } = await listen({
      cors_allowed_origins: '["https://a.test"]',
      cors_allowed_methods: '["GET","PATCH"]',
      cors_exposed_headers: '["x-one"]',
      cors_max_age_secs: '60',
    })
    const ask = (method: string, headers: string): Promise<string> =>
      exchangeBytes(port, `${method} / HTTP/1.1\r\nHost: x\r\n${headers}Connection: close\r\n\r\n`)
    const preflight = 'Access-Control-Request-Method: PATCH\r\n'
    const permitted = await ask('OPTIONS', `Origin: https://a.test\r\n${preflight}`)
    expect(permitted).toContain('Access-Control-Allow-Origin: https://a.test\r\n')
    expect(permitted).toContain('Access-Control-Allow-Methods: GET, PATCH\r\n')
    expect(permitted).toContain(
      'Access-Control-Allow-Headers: accept, accept-language, content-type, content-language\r\n',
    )
    expect(permitted).toContain('Access-Control-Max-Age: 60\r\n')
    expect(await ask('OPTIONS', `Origin: https://b.test\r\n${preflight}`)).not.toContain(
      'Access-Control-Allow',
    )
    expect(received).toEqual([])
    const answered = await ask('GET', 'Origin: https://a.test\r\n')
    expect(answered).toContain('Access-Control-Allow-Origin: https://a.test\r\n')
    expect(answered).toContain('Access-Control-Expose-Headers: x-one\r\n')
    expect(await ask('GET', 'Origin: https://b.test\r\n')).not.toContain('Access-Control-Allow')
    await ask('OPTIONS', 'Origin: https://a.test\r\n')
    expect(received.at(-1)?.head.method).toBe('OPTIONS')
  })

  it('leaves all of that to the component where nothing is said of it', async () => {
    const { port, received } = await listen({})
    const answer = await exchangeBytes(
      port,
      'OPTIONS / HTTP/1.1\r\nHost: x\r\nOrigin: https://a.test\r\nAccess-Control-Request-Method: PUT\r\nConnection: close\r\n\r\n',
    )
    expect(answer).not.toContain('Access-Control')
    expect(received).toHaveLength(1)
  })

  it('takes all settings as JSON, in either form', async () => {
    const settings = {
      cache_control: 'no-store',
      readonly_mode: true,
      cors: { allowed_origins: ['http://a.test'] },
    }
    for (const encoding of ['config_json', 'config_b64']) {
      const port = await freePort()
      const json = JSON.stringify({ address: `127.0.0.1:${port}`, ...settings })
      const kit = await startHttpServer({})
      open.push(kit)
      const value =
        encoding === 'config_json' ? json : Buffer.from(json).toString('base64').replace(/=+$/, '')
      await kit.provider.linkAsSource(kit.link('hello', { [encoding]: value }))
      const ask = (method: string): Promise<string> =>
        exchangeBytes(
          port,
          `${method} / HTTP/1.1\r\nHost: x\r\nOrigin: http://a.test\r\nConnection: close\r\n\r\n`,
        )
      expect(await ask('POST')).toMatch(/^HTTP\/1.1 405 /)
      const answer = await ask('GET')
      expect(answer).toContain('Cache-Control: no-store\r\n')
      expect(answer).toContain('Access-Control-Allow-Origin: http://a.test\r\n')
    }
  })

  it('refuses heads that are too large with 431', async () => {
    const { port, received } = await listen({ max_header_bytes: '2048' })
    const ask = (length: number): Promise<string> =>
      exchangeBytes(
        port,
        `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(length)}\r\nConnection: close\r\n\r\n`,
      )
    expect(await ask(1000)).toMatch(/^HTTP\/1.1 200 /)
    expect(await ask(4000)).toMatch(/^HTTP\/1.1 431 /)
    expect(received).toHaveLength(1)
  })

  it('lets a running request end when its link goes, and takes no further one', async () => {
    let answer: (() => void) | undefined
    const { port, provider, opened } = await listen({}, (sink) => {
      answer = () => {
        sink.onHead(200, [])
        sink.onChunk(Buffer.from('late'))
        sink.onEnd([])
      }
    })
    const running = fetch(`http://127.0.0.1:${port}/`).then((response) => response.text())
    await expect.poll(() => answer).toBeDefined()
    const unlinked = provider.unlink(opened)
    const [refused] = (await once(connect(port, '127.0.0.1'), 'error')) as [Error]
    expect(refused.message).toContain('ECONNREFUSED')
    answer?.()
    await unlinked
    expect(await running).toBe('late')
  })
})

/** The certificate is for a name; the name is this machine's, whatever its resolver says. */
function loopback(_host: string, options: unknown, done: (...args: never[]) => void): void {
  const all = typeof options === 'object' && options !== null && 'all' in options && options.all === true
  const answer = done as (failure: null, address: unknown, family?: number) => void
  if (all) answer(null, [{ address: '127.0.0.1', family: 4 }])
  else answer(null, '127.0.0.1', 4)
}
