import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exchangeBytes, freePort, startHttpServer, type HttpServerKit } from './http-server-kit.js'

const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n'
const length = String(smuggled.length)

/** Heads that two servers could read differently; after each comes a request that only one of the two would see. */
const ambiguous: readonly (readonly [what: string, head: string, body: string])[] = [
  ['length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'],
  ['chunks and length', 'Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', '0\r\n\r\n'],
  ['two lengths', `Content-Length: 0\r\nContent-Length: ${length}\r\n`, ''],
  ['two lengths in one', `Content-Length: 0, ${length}\r\n`, ''],
  ['a signed length', 'Content-Length: +0\r\n', ''],
  ['a negative length', 'Content-Length: -1\r\n', ''],
  ['a hexadecimal length', 'Content-Length: 0x0\r\n', ''],
  ['a length with an underscore', 'Content-Length: 1_0\r\n', ''],
  ['an overlong length', `Content-Length: ${'9'.repeat(40)}\r\n`, ''],
  ['a blank before the colon of the length', `Content-Length : 0\r\n`, ''],
  ['a blank before the colon of the encoding', 'Transfer-Encoding : chunked\r\n', '0\r\n\r\n'],
  ['another encoding', 'Transfer-Encoding: xchunked\r\n', '0\r\n\r\n'],
  ['chunks and another encoding', 'Transfer-Encoding: chunked, identity\r\n', '0\r\n\r\n'],
  ['chunks twice', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', '0\r\n\r\n'],
  ['a vertical tab before the encoding', 'Transfer-Encoding: \x0bchunked\r\n', '0\r\n\r\n'],
  ['a folded header', 'X: a\r\n Transfer-Encoding: chunked\r\n', '0\r\n\r\n'],
  ['a folded encoding', 'Transfer-Encoding:\r\n chunked\r\nContent-Length: 0\r\n', '0\r\n\r\n'],
  ['a NUL in a name', 'Content\0Length: 0\r\n', ''],
  ['a NUL in a value', 'X: a\0b\r\n', ''],
  ['a bare CR in a value', 'X: a\rTransfer-Encoding: chunked\r\n', '0\r\n\r\n'],
  ['a bare LF after a header', 'X: a\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n', '0\r\n\r\n'],
  ['a line without a colon', 'Transfer-Encoding\r\n', ''],
  ['an empty name', ': chunked\r\n', ''],
  ['two hosts', 'Host: y\r\n', ''],
]

const chunks: readonly (readonly [what: string, body: string])[] = [
  ['a size that is no number', 'z\r\n'],
  ['a negative size', '-1\r\n\r\n'],
  ['a size with a prefix', '0x0\r\n\r\n'],
  ['an overlong size', `${'f'.repeat(40)}\r\n`],
  ['a chunk longer than its size', '1\r\nab\r\n0\r\n\r\n'],
  ['a size that a bare LF ends', '0\n\r\n'],
  ['a bare CR in an extension', '0;\r\r\n\r\n'],
]

describe('http-server, sent what two servers read differently', () => {
  let kit: HttpServerKit
  let port: number
  beforeAll(async () => {
    port = await freePort()
    kit = await startHttpServer({})
    await kit.provider.linkAsSource(kit.link('hello', { address: `127.0.0.1:${port}` }))
  })
  afterAll(() => kit[Symbol.asyncDispose]())

  const paths = (): readonly string[] => kit.received.splice(0).map(({ head }) => head.path)

  it.each(ambiguous)('answers %s with an error, and reads nothing after it', async (_what, head, body) => {
    const answer = await exchangeBytes(port, `POST / HTTP/1.1\r\nHost: x\r\n${head}\r\n${body}${smuggled}`)
    expect(paths()).toEqual([])
    expect(answer).toMatch(/^HTTP\/1\.1 (400|501) /)
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1)
  })

  it.each(chunks)('takes nothing after a chunk with %s for a request', async (_what, body) => {
    const answer = await exchangeBytes(
      port,
      `POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${body}${smuggled}`,
    )
    expect(paths()).not.toContain('/smuggled')
    expect(answer).not.toMatch(/HTTP\/1\.1 200/)
  })

  it.each([
    ['no version', 'GET /\r\n\r\n'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
    ['a version of the future', 'GET / HTTP/3.7\r\nHost: x\r\n\r\n'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a blank in the path', 'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a path in bytes', 'GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a method that there is not', 'G=T / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a tunnel', 'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['nothing of HTTP', '\x16\x03\x01\x02\x00\x01\x00'],
  ])('hands a request with %s to nobody', async (_what, bytes) => {
    await exchangeBytes(port, bytes)
    expect(paths()).toEqual([])
  })

  it('takes two requests that follow each other as two', async () => {
    await exchangeBytes(
      port,
      `POST /one HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc${smuggled.replace('smuggled', 'two')}`,
    )
    expect(paths().toSorted()).toEqual(['/one', '/two'])
  })
})

describe('http-server, given answers that two clients read differently', () => {
  const answers: readonly (readonly [what: string, headers: readonly string[], chunks: readonly string[]])[] =
    [
      ['a line break in a value', ['X', 'a\r\nSet-Cookie: b'], ['x']],
      ['a bare LF in a value', ['X', 'a\nSet-Cookie: b'], ['x']],
      ['a line break in a name', ['X\r\nSet-Cookie', 'b'], ['x']],
      ['a NUL in a value', ['X', 'a\0b'], ['x']],
      ['a blank in a name', ['X Y', 'a'], ['x']],
      ['an empty name', ['', 'a'], ['x']],
      ['two lengths', ['Content-Length', '1', 'Content-Length', '2'], ['x']],
      ['a length that is none', ['Content-Length', '1x'], ['x']],
      ['more bytes than it says', ['Content-Length', '1'], ['xHTTP/1.1 200 smuggled']],
      ['fewer bytes than it says', ['Content-Length', '9'], ['x']],
    ]

  it.each(answers)('answers 500 for %s', async (_what, headers, body) => {
    const { text, kit } = await askOnce(headers, body)
    await kit[Symbol.asyncDispose]()
    expect(text).toMatch(/^HTTP\/1\.1 500 /)
    expect(text).not.toMatch(/Set-Cookie|smuggled/)
  })

  it.each([
    ['more', '5', ['abc', 'defHTTP/1.1 200 smuggled\r\n\r\n']],
    ['fewer', '9', ['abc', 'def']],
  ] as const)('breaks off a streamed answer of %s bytes than it says', async (_what, declared, body) => {
    const { text, kit } = await askOnce(['Content-Length', declared], body)
    await kit[Symbol.asyncDispose]()
    expect(text).not.toContain('smuggled')
    expect(text.match(/HTTP\/1\.1 /g)?.length ?? 0).toBeLessThanOrEqual(1)
  })

  it('leaves out what is the matter of the connection, and trailers that are none', async () => {
    const headers = ['Transfer-Encoding', 'gzip', 'Connection', 'upgrade', 'Keep-Alive', 'x', 'X-Kept', 'y']
    const { text, kit } = await askOnce(headers, ['a', 'b'], ['bad trailer\r\n', 'x'])
    await kit[Symbol.asyncDispose]()
    expect(text).toContain('X-Kept: y\r\n')
    expect(text).not.toMatch(/gzip|Connection: upgrade|Keep-Alive: x|bad trailer/)
    expect(text).toMatch(/1\r\nb\r\n0\r\n\r\n/)
  })

  async function askOnce(
    headers: readonly string[],
    body: readonly string[],
    trailers: readonly string[] = [],
  ) {
    const port = await freePort()
    const kit = await startHttpServer({}, (sink) => {
      sink.onHead(200, headers)
      for (const chunk of body) sink.onChunk(Buffer.from(chunk))
      sink.onEnd(trailers)
    })
    await kit.provider.linkAsSource(kit.link('hello', { address: `127.0.0.1:${port}` }))
    const text = await exchangeBytes(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    return { text, kit }
  }
})
