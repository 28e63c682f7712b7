import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CallFailedError, ComponentError, loadComponent, ValueError } from '#washi/testing/index.js'
import { describe, expect, it } from 'vitest'
import { guestFile } from '../support/guests.js'
import { makeTempFolder } from '../support/temp-folder.js'

const pingpong = 'test:pingpong/pingpong'
const echo = 'test:types/echo@0.1.0'

describe('loadComponent()', () => {
  it('calls exported functions with values', async () => {
    await using pong = await loadComponent(guestFile('pong'))
    expect(await pong.call(pingpong, 'add', 40, 2)).toBe(42)
    expect(await pong.call('test:pingpong/pingpong@0.1.0', 'ping')).toBe('pong')
    expect(await pong.exports[pingpong]?.['add']?.(1, 2)).toBe(3)
  })

  it('types the exports that a test declares', async () => {
    type PingPong = { [pingpong]: { ping(): string; add(a: number, b: number): number } }
    await using pong = await loadComponent<PingPong>(guestFile('pong'))
    const sum: number = await pong.exports[pingpong].add(1, 2)
    expect(sum).toBe(3)
  })

  it('returns the ok side of results, and throws the other with its payload', async () => {
    await using types = await loadComponent(guestFile('echo-types'))
    expect(await types.call(echo, 'echo-result', { tag: 'ok', val: 7 })).toBe(7)
    const failing = types.call(echo, 'echoResult', { tag: 'err', val: 'no luck' })
    await expect(failing).rejects.toThrow(ComponentError)
    await expect(failing).rejects.toMatchObject({ payload: 'no luck', message: 'no luck' })
  })

  it('names the place and the type of a value that does not fit', async () => {
    await using types = await loadComponent(guestFile('echo-types'))
    const failing = types.call(echo, 'echo-point', { x: 1, y: 'two' })
    await expect(failing).rejects.toThrow(ValueError)
    await expect(failing).rejects.toThrow('arguments.y: expected s32, got "two"')
    await expect(types.call(echo, 'echo-u8')).rejects.toThrow('echo-u8 takes 1 arguments (v), got 0')
  })

  it('lists what there is where a function is not', async () => {
    await using pong = await loadComponent(guestFile('pong'))
    await expect(pong.call(pingpong, 'pang')).rejects.toMatchObject({
      code: 'FUNCTION_NOT_FOUND',
      message: 'The component exports no function test:pingpong/pingpong.pang',
      hint: expect.stringContaining('test:pingpong/pingpong@0.1.0.add') as string,
    })
  })

  it('takes bytes, paths and URLs, and tells of files that are not there', async () => {
    await using folder = await makeTempFolder()
    const file = join(folder.path, 'none.wasm')
    await expect(loadComponent(file)).rejects.toMatchObject({ code: 'COMPONENT_NOT_FOUND' })
    await writeFile(file, 'text')
    await expect(loadComponent(file)).rejects.toMatchObject({ code: 'COMPONENT_INVALID' })
  })

  it('traps are failures of their call', async () => {
    await using trouble = await loadComponent(guestFile('trouble'), { limits: { deadlineMs: 300 } })
    await expect(trouble.fetch('/trap')).rejects.toThrow(CallFailedError)
    await expect(trouble.fetch('/trap')).rejects.toMatchObject({
      kind: 'trap',
      guestStack: expect.stringMatching(/^ {4}at .*wasm-function/) as string,
      stack: expect.stringContaining('load-component.test.ts') as string,
    })
    await expect(trouble.fetch('/loop')).rejects.toMatchObject({ kind: 'deadline' })
    const half = await trouble.fetch('/half')
    expect(half.status).toBe(200)
    await expect(half.text()).rejects.toMatchObject({ kind: 'trap' })
    expect(await (await trouble.fetch('/counter')).text()).toBe('1\n')
  })
})

describe('fetch() of a component', () => {
  it('sends requests and gives responses', async () => {
    await using hello = await loadComponent(guestFile('http-hello'))
    const response = await hello.fetch('/')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/plain')
    expect(await response.text()).toBe('Hello from washi!\n')
    expect((await hello.fetch('/status/204')).body).toBeNull()
    expect((await hello.fetch('/', { method: 'DELETE' })).status).toBe(405)
  })

  it('has method, authority and headers arrive', async () => {
    await using hello = await loadComponent(guestFile('http-hello'))
    const request = new Request('https://example.com:8443/headers?q=1', { headers: { a: '1', 'x-b': '2' } })
    expect(await (await hello.fetch(request)).text()).toBe(
      'GET /headers?q=1\nauthority: example.com:8443\n\na: 1\nx-b: 2\n',
    )
  })

  it('streams bodies both ways', async () => {
    await using hello = await loadComponent(guestFile('http-hello'))
    const piece = new Uint8Array(100_000).fill(7)
    let left = 50
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (left-- > 0) controller.enqueue(piece)
        else controller.close()
      },
    })
    const response = await hello.fetch('/echo', { method: 'POST', body })
    expect((await response.arrayBuffer()).byteLength).toBe(5_000_000)
    expect((await (await hello.fetch('/big/3000000')).arrayBuffer()).byteLength).toBe(3_000_000)
  })

  it('ends with its signal', async () => {
    await using trouble = await loadComponent(guestFile('trouble'))
    const failing = trouble.fetch('/sleep/20000', { signal: AbortSignal.timeout(20) })
    await expect(failing).rejects.toMatchObject({ name: 'TimeoutError' })
  })
})

describe('logs of a component', () => {
  it('are kept, and can be waited for', async () => {
    await using trouble = await loadComponent(guestFile('trouble'))
    const waiting = trouble.nextLog('careful')
    await trouble.fetch('/log/info?text=one')
    await trouble.fetch('/log/warn?text=be%20careful')
    expect(await waiting).toMatchObject({ level: 'warn', context: 'trouble', message: 'be careful' })
    expect(trouble.logs.map(({ message }) => message)).toEqual(['one', 'be careful'])
    await expect(trouble.nextLog(/never/, { timeoutMs: 1 })).rejects.toThrow(
      'Waited 1 ms for /never/ in the log; no line came',
    )
  })
})

describe('replaced imports', () => {
  it('are functions of values', async () => {
    const seen: unknown[] = []
    await using ping = await loadComponent(guestFile('ping'), {
      imports: {
        [pingpong]: {
          ping: async () => 'fake',
          add: (a: number, b: number) => {
            seen.push([a, b])
            return a * b
          },
        },
      },
    })
    expect(await (await ping.fetch('/')).text()).toBe('ping fake\n')
    expect(await (await ping.fetch('/add/6/7')).text()).toBe('42\n')
    expect(seen).toEqual([[6, 7]])
  })

  it('may be another component', async () => {
    await using pong = await loadComponent(guestFile('pong'))
    await using ping = await loadComponent(guestFile('ping'), { imports: { [pingpong]: pong } })
    expect(await (await ping.fetch('/add/6/7')).text()).toBe('13\n')
    await using echoTypes = await loadComponent(guestFile('echo-types'))
    await using caller = await loadComponent(guestFile('types-caller'), { imports: { [echo]: echoTypes } })
    expect(await (await caller.fetch('/')).text()).toBe('146 ok, 0 failed\n')
  })

  it('fail the call with what they threw as its cause', async () => {
    const fault = new TypeError('a fault of the test')
    await using ping = await loadComponent(guestFile('ping'), {
      imports: {
        [pingpong]: {
          ping: () => {
            throw fault
          },
          add: () => 'no number',
        },
      },
    })
    const failing = ping.fetch('/')
    await expect(failing).rejects.toThrow('a fault of the test')
    await expect(failing).rejects.toMatchObject({ kind: 'trap', cause: fault })
    expect(ping.logs[0]?.message).toMatch(
      /^what stands for .*\.ping failed: TypeError: a fault .*\n +at .*test\.ts/s,
    )
    await expect(ping.fetch('/add/1/2')).rejects.toThrow('result: expected u32, got "no number"')
  })

  it('that are left out fail their calls alone', async () => {
    await using ping = await loadComponent(guestFile('ping'), {
      imports: { [pingpong]: { ping: () => 'x' } },
    })
    expect(await (await ping.fetch('/')).text()).toBe('ping x\n')
    await expect(ping.fetch('/add/1/2')).rejects.toThrow(
      'the test gives no add for test:pingpong/pingpong@0.1.0',
    )
  })

  it('are all named where they are missing', async () => {
    await expect(loadComponent(guestFile('kv-counter'))).rejects.toMatchObject({
      code: 'COMPONENT_IMPORTS_MISSING',
      message:
        'Nothing stands for wasi:keyvalue/store@0.2.0-draft, wasi:keyvalue/atomics@0.2.0-draft, wasi:keyvalue/batch@0.2.0-draft',
    })
  })

  it('must be imports, with functions that there are', async () => {
    const load = (imports: Record<string, Record<string, () => unknown>>): Promise<unknown> =>
      loadComponent(guestFile('ping'), { imports })
    await expect(load({ 'test:pingpong/pong': {} })).rejects.toMatchObject({
      code: 'FAKE_INVALID',
      hint: 'It imports test:pingpong/pingpong@0.1.0',
    })
    await expect(load({ [pingpong]: { pang: () => 1 } })).rejects.toMatchObject({
      code: 'FAKE_INVALID',
      hint: 'It has ping, add',
    })
  })

  it('stand for stores, with their keys and values', async () => {
    const values = new Map<string, bigint>()
    await using counter = await loadComponent(guestFile('kv-counter'), {
      config: { bucket: 'b' },
      imports: {
        'wasi:keyvalue/store': {
          get: (_bucket: string, key: string) => Buffer.from(String(values.get(key))),
          exists: () => {
            throw { tag: 'access-denied' }
          },
        },
        'wasi:keyvalue/batch': {},
        'wasi:keyvalue/atomics': {
          increment: (bucket: string, key: string, delta: bigint) => {
            const next = (values.get(`${bucket}/${key}`) ?? 0n) + delta
            values.set(`${bucket}/${key}`, next)
            return next
          },
        },
      },
    })
    expect(await (await counter.fetch('/incr/hits?by=2')).text()).toBe('2\n')
    expect(await (await counter.fetch('/incr/hits')).text()).toBe('3\n')
    const denied = await counter.fetch('/exists/hits')
    expect([denied.status, await denied.text()]).toEqual([500, 'access denied\n'])
    expect(values).toEqual(new Map([['b/hits', 3n]]))
  })

  it('stand for blobstores, with streams as iterables', async () => {
    const objects = new Map<string, Uint8Array>()
    await using blob = await loadComponent(guestFile('blob'), {
      imports: {
        'wasi:blobstore/blobstore': {
          containerExists: () => true,
          getContainerInfo: () => ({ createdAt: 0n }),
          hasObject: ({ object }: { object: string }) => objects.has(object),
          getObjectInfo: ({ object }: { object: string }) => ({
            createdAt: 0n,
            size: BigInt(objects.get(object)?.length ?? 0),
          }),
          listContainerObjects: () => objects.keys(),
          getContainerData: ({ object }: { object: string }) => {
            if (object === 'b') throw 'it is locked'
            return objects.get(object)
          },
          writeContainerData: async ({ object }: { object: string }, data: AsyncIterable<Uint8Array>) => {
            const pieces = []
            for await (const piece of data) pieces.push(piece)
            objects.set(object, Buffer.concat(pieces))
          },
        },
      },
    })
    const body = 'x'.repeat(300_000)
    expect((await blob.fetch('/c/box/a', { method: 'PUT', body })).status).toBe(201)
    expect((await blob.fetch('/c/box/b', { method: 'PUT', body: 'short' })).status).toBe(201)
    expect(await (await blob.fetch('/c/box')).text()).toBe('a\nb\n')
    expect(await (await blob.fetch('/c/box/a')).text()).toBe(body)
    expect((await blob.fetch('/c/box/none')).status).toBe(404)
    expect((await blob.fetch('/c/box/b')).status).toBe(500)
  })

  it('stand for HTTP servers, as fetch() has it', async () => {
    await using outgoing = await loadComponent(guestFile('outgoing'), {
      imports: {
        'wasi:http/outgoing-handler': {
          handle: async (request: Request) => {
            if (request.url.endsWith('/down')) throw { tag: 'connection-refused' }
            const body = `${request.method} ${request.url} ${await request.text()}`
            return new Response(body, { status: 201, headers: { 'content-type': 'text/special' } })
          },
        },
      },
    })
    const target = encodeURIComponent('https://example.com/a?b=c')
    const response = await outgoing.fetch(`/fetch?url=${target}`, { method: 'POST', body: 'hello' })
    expect(response.status).toBe(201)
    expect(response.headers.get('content-type')).toBe('text/special')
    expect(await response.text()).toBe('POST https://example.com/a?b=c hello')
    const down = await outgoing.fetch('/fetch?url=http://example.com/down')
    expect([down.status, await down.text()]).toEqual([502, 'connection-refused\n'])
  })

  it('have configuration and secrets beside them', async () => {
    await using secrets = await loadComponent(guestFile('secrets-config'), {
      config: { greeting: 'hello' },
      secrets: { key: 'hush' },
    })
    expect(await (await secrets.fetch('/config/greeting')).text()).toContain('hello')
  })
})
