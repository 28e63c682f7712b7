import { request as httpRequest } from 'node:http'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { HttpAnswerSink, HttpCall, HttpRequestHead, HttpTarget } from '#washi/host/http-exchange.js'
import type { Provider, ProviderLink } from '#washi/host/provider.js'
import { createLogger, type LogRecord } from '#washi/core/log.js'
import { httpServer } from '#washi/providers/http-server/index.js'
import { afterEach, describe, expect, it } from 'vitest'
import { providerContext } from '../../support/provider-context.js'

interface Received {
  readonly head: HttpRequestHead
  readonly body: Uint8Array[]
  isCancelled: boolean
  isEnded: boolean
  readonly sink: HttpAnswerSink
}

type Handler = (received: Received) => void

/** A target in this process: collects the body and lets the test answer. */
function targetOf(onRequest: Handler, calls: Received[] = []): HttpTarget {
  return {
    handleHttp(head, hasBody, sink): HttpCall {
      const received: Received = { head, body: [], isCancelled: false, isEnded: false, sink }
      calls.push(received)
      if (!hasBody) onRequest(received)
      return {
        write: (chunk) => (received.body.push(chunk), true),
        end: () => {
          received.isEnded = true
          onRequest(received)
        },
        resume: () => undefined,
        cancel: () => void (received.isCancelled = true),
      }
    },
  }
}

const records: LogRecord[] = []
const log = createLogger({ level: 'info', now: () => 0, write: (record) => records.push(record) })
const open: Provider[] = []

function start(target: HttpTarget, config: Record<string, string> = {}): Provider {
  const provider = httpServer.create(
    providerContext({ providerId: 'http-server', config, log, httpTarget: () => target }),
  )
  open.push(provider)
  return provider
}

function linkTo(target: string, sourceConfig: Record<string, string>, name = 'default'): ProviderLink {
  return {
    sourceId: 'http-server',
    target,
    name,
    witNamespace: 'wasi',
    witPackage: 'http',
    interfaces: ['incoming-handler'],
    sourceConfig,
    targetConfig: {},
    sourceSecrets: {},
    targetSecrets: {},
  }
}

async function listening(target: HttpTarget, config: Record<string, string> = {}): Promise<number> {
  const port = await freePort()
  await start(target).linkAsSource(linkTo('hello', { address: `127.0.0.1:${port}`, ...config }))
  return port
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function answerText(text: string, rawHeaders: readonly string[] = []): Handler {
  return ({ sink }) => {
    sink.onHead(200, rawHeaders)
    sink.onChunk(Buffer.from(text))
    sink.onEnd([])
  }
}

interface Answer {
  readonly status: number
  readonly rawHeaders: readonly string[]
  readonly text: string
}

function ask(
  port: number,
  options: { method?: string; headers?: Record<string, string | string[]>; body?: string } = {},
) {
  return new Promise<Answer>((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port, path: '/a?b=c', agent: false, ...options },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          resolve({ status: response.statusCode ?? 0, rawHeaders: response.rawHeaders, text })
        })
      },
    )
    request.on('error', reject)
    request.end(options.body)
  })
}

afterEach(async () => {
  for (const provider of open.splice(0)) await provider.stop()
  records.length = 0
})

describe('http-server', () => {
  it('hands method, path, authority and every header over, duplicates included', async () => {
    const calls: Received[] = []
    const port = await listening(targetOf(answerText('ok'), calls))
    await ask(port, { headers: { 'X-Two': ['1', '2'], Host: 'example.test' } })
    expect(calls[0]?.head).toMatchObject({
      method: 'GET',
      path: '/a?b=c',
      authority: 'example.test',
      scheme: 'http',
    })
    expect(calls[0]?.head.rawHeaders.filter((_, index, all) => all[index - 1] === 'X-Two')).toEqual([
      '1',
      '2',
    ])
  })

  it('takes the authority from Forwarded before X-Forwarded-Host before Host', async () => {
    const calls: Received[] = []
    const port = await listening(targetOf(answerText('ok'), calls))
    await ask(port, { headers: { 'X-Forwarded-Host': 'outer.test' } })
    await ask(port, {
      headers: { 'X-Forwarded-Host': 'outer.test', Forwarded: 'for=1.2.3.4; host="first.test"' },
    })
    expect(calls.map(({ head }) => head.authority)).toEqual(['outer.test', 'first.test'])
  })

  it('answers with duplicate headers in order, and gives a short body its length', async () => {
    const port = await listening(targetOf(answerText('hello', ['Set-Cookie', 'a=1', 'set-cookie', 'b=2'])))
    const answer = await ask(port)
    expect(answer.text).toBe('hello')
    expect(answer.rawHeaders.slice(0, 4)).toEqual(['Set-Cookie', 'a=1', 'set-cookie', 'b=2'])
    expect(answer.rawHeaders).toContain('Content-Length')
    expect(answer.rawHeaders).not.toContain('Transfer-Encoding')
  })

  it('streams an answer whose end is not there yet', async () => {
    const calls: Received[] = []
    const port = await listening(
      targetOf(({ sink }) => {
        sink.onHead(200, [])
        sink.onChunk(Buffer.from('first '))
      }, calls),
    )
    const text = await new Promise<string>((resolve, reject) => {
      httpRequest({ host: '127.0.0.1', port, agent: false }, (response) => {
        let seen = ''
        response.on('data', (chunk: Buffer) => {
          seen += chunk.toString()
          if (seen === 'first ') {
            calls[0]?.sink.onChunk(Buffer.from('second'))
            calls[0]?.sink.onEnd([])
          }
        })
        response.on('end', () => resolve(seen))
      })
        .on('error', reject)
        .end()
    })
    expect(text).toBe('first second')
  })

  it('sends the head at once where no body follows yet', async () => {
    const calls: Received[] = []
    const port = await listening(targetOf(({ sink }) => sink.onHead(202, []), calls))
    const status = await new Promise<number | undefined>((resolve, reject) => {
      httpRequest({ host: '127.0.0.1', port, agent: false }, (response) => {
        resolve(response.statusCode)
        response.resume()
        calls[0]?.sink.onEnd([])
      })
        .on('error', reject)
        .end()
    })
    expect(status).toBe(202)
  })

  it('hands a request body over and says when it ended', async () => {
    const calls: Received[] = []
    const port = await listening(targetOf(answerText('ok'), calls))
    await ask(port, { method: 'POST', body: 'some body' })
    expect(Buffer.concat(calls[0]?.body ?? []).toString()).toBe('some body')
    expect(calls[0]?.isEnded).toBe(true)
  })

  it.each([
    ['trap', 500],
    ['deadline', 504],
    ['unavailable', 503],
    ['no-answer', 500],
  ] as const)(
    'answers a failure of kind %s with %i and keeps its message to itself',
    async (kind, status) => {
      const port = await listening(targetOf(({ sink }) => sink.onFailure({ kind, message: 'secret detail' })))
      const answer = await ask(port)
      expect(answer.status).toBe(status)
      expect(answer.text).not.toContain('secret detail')
    },
  )

  it('breaks the connection off where the target fails after its head', async () => {
    const port = await listening(
      targetOf(({ sink }) => {
        sink.onHead(200, ['Content-Length', '10'])
        sink.onChunk(Buffer.from('half'))
        setImmediate(() => sink.onFailure({ kind: 'trap', message: 'unreachable' }))
      }),
    )
    await expect(ask(port)).rejects.toThrow(/aborted|hang up|ECONNRESET/)
  })

  it('answers 500 where the target fails before its head has left', async () => {
    const port = await listening(
      targetOf(({ sink }) => {
        sink.onHead(200, ['Content-Length', '10'])
        sink.onChunk(Buffer.from('half'))
        sink.onFailure({ kind: 'trap', message: 'unreachable' })
      }),
    )
    expect(await ask(port)).toMatchObject({ status: 500, text: 'The component failed\n' })
  })

  it('answers 500 where the answer of the target is no valid HTTP', async () => {
    const port = await listening(targetOf(answerText('x', ['bad header', 'a\r\nb'])))
    expect((await ask(port)).status).toBe(500)
    expect(records.map(({ message }) => message)).toContain('The answer of the component is no valid HTTP')
  })

  it('cancels the call when the client goes away', async () => {
    const calls: Received[] = []
    const port = await listening(targetOf(() => undefined, calls))
    const socket = connect(port, '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    await until(() => calls.length === 1)
    socket.destroy()
    await until(() => calls[0]?.isCancelled === true)
  })

  it('adds cache_control, refuses other methods in readonly_mode and times out with 408', async () => {
    const cached = await listening(targetOf(answerText('x')), {
      cache_control: 'max-age=5',
      READONLY_MODE: 'true',
    })
    const answer = await ask(cached)
    expect(answer.rawHeaders.join(': ')).toContain('Cache-Control: max-age=5')
    expect((await ask(cached, { method: 'DELETE' })).status).toBe(405)
    const calls: Received[] = []
    const slow = await listening(
      targetOf(() => undefined, calls),
      { timeout_ms: '20' },
    )
    expect((await ask(slow)).status).toBe(408)
    expect(calls[0]?.isCancelled).toBe(true)
  })

  it('names the port and its owner where the port is taken', async () => {
    const port = await listening(targetOf(answerText('x')))
    const other = start(targetOf(answerText('y')))
    await expect(other.linkAsSource(linkTo('other', { address: `127.0.0.1:${port}` }))).rejects.toMatchObject(
      {
        code: 'HTTP_ADDRESS_IN_USE',
        message: expect.stringContaining(`port ${port} is in use by`) as string,
      },
    )
  })

  it('refuses a second component on an address that it serves, and names the first', async () => {
    const port = await freePort()
    const provider = start(targetOf(answerText('x')))
    await provider.linkAsSource(linkTo('one', { address: `127.0.0.1:${port}` }))
    const second = provider.linkAsSource(linkTo('two', { address: `127.0.0.1:${port}` }, 'second'))
    await expect(second).rejects.toThrow('"one" is served there')
  })

  it('takes the same link twice, frees its port on unlink, and takes it again', async () => {
    const port = await freePort()
    const provider = start(targetOf(answerText('x')))
    const link = linkTo('hello', { port: String(port) })
    await provider.linkAsSource(link)
    await provider.linkAsSource(link)
    expect((await ask(port)).status).toBe(200)
    await provider.unlink(link)
    await expect(ask(port)).rejects.toThrow('ECONNREFUSED')
    await provider.linkAsSource(link)
    expect((await ask(port)).status).toBe(200)
  })

  it.each([
    [{ address: 'nowhere' }, 'the address "nowhere" is not of the form IP:PORT'],
    [{ address: '127.0.0.1:70000' }, 'is not of the form IP:PORT'],
    [{ TLS_CERT_FILE: 'x' }, 'one of them is missing'],
    [{ tls_cert_file: '/no/cert', tls_priv_key_file: '/no/key' }, 'cannot use /no/cert for TLS'],
    [{ cors_allowed_origins: 'https://a.test' }, 'is no list of texts in JSON'],
    [{ cors_allowed_origins: '["ftp://a.test"]' }, 'cors_allowed_origins has "ftp://a.test"'],
    [{ cors_allowed_headers: '["a b"]' }, 'cors_allowed_headers has "a b"'],
    [{ config_json: '{"adress":"x"}' }, 'config_json cannot be read'],
    [{ adress: '127.0.0.1:1' }, 'did you mean "address"?'],
    [{ readonly_mode: 'yes' }, 'readonly_mode is "yes"'],
    [{ timeout_ms: '-1' }, 'timeout_ms is "-1"'],
  ])('refuses the config %j', async (config, message) => {
    await expect(start(targetOf(answerText('x'))).linkAsSource(linkTo('hello', config))).rejects.toThrow(
      message,
    )
  })

  it('refuses routing modes that it does not have, when it is created', () => {
    expect(() => start(targetOf(answerText('x')), { routing_mode: 'port' })).toThrow('routing_mode is "port"')
  })
})

async function until(isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error('it did not become true')
    await new Promise((resolve) => setImmediate(resolve))
  }
}
