import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import type { WrpcRequest } from '#washi/lattice/wrpc/exchange.js'
import type { ServedSink, WrpcTarget } from '#washi/lattice/wrpc/served-function.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { natsImplementations, type NatsUnderTest } from '../../support/nats-implementations.js'
import { buildRustProgram, hasCargo } from '../../support/rust-program.js'
import { ObservedCall, type CallOutcome } from '../../support/wrpc/observed-call.js'
import { recordedPrefix } from '../../support/wrpc/recorded-calls.js'
import { recordedFunctions, servedFunctions } from '../../support/wrpc/recorded-functions.js'
import { requestOf, startClient, startServer } from '../../support/wrpc/wrpc-parties.js'

const buildTimeoutMs = 900_000

describe.skipIf(!hasCargo)('parties made of the Rust crates of wasmCloud 1.9 (need cargo)', () => {
  let program: string
  beforeAll(async () => {
    program = await buildRustProgram('rust-wrpc')
  }, buildTimeoutMs)

  describe.each(natsImplementations)('over $name', ({ start }) => {
    let bus: NatsUnderTest
    beforeAll(async () => {
      bus = await start()
    })
    afterAll(() => bus[Symbol.asyncDispose]())

    it('call our server', async () => {
      const functions = servedFunctions('test:demo/api@0.1.0')
      await using server = await startServer(bus.url, { functions, target })
      const { stdout } = await promisify(execFile)(program, ['call', bus.url, recordedPrefix])
      expect(stdout.trim().split('\n')).toEqual([
        'echo: echo:hi',
        'long echo: 3000005',
        'zero: zero',
        'void',
        'trap: incomplete results',
        'nosuch: failed to shutdown synchronous parameter channel: not connected',
        'get: Ok(Some(b"v"))',
        'get: Ok(None)',
        'get: Err(0)',
        'list: [["a", "b"], ["c"]]',
        'http: 200 [("content-type", [b"text/plain"])] hello /p?q=1 abcde Some([("x", [b"y"])])',
        'getdata: data Ok(())',
        'write: Err("late abc")',
        'many: 500',
        'done',
      ])
      expect(server.party.size).toBe(0)
    })

    it('answer our client', async () => {
      await using _server = await startRustServer(program, bus.url)
      await using client = await startClient(bus.url)
      const call = (name: string, params: Uint8Array, send: Sending = {}): Promise<CallOutcome> => {
        const { asyncParams = [], asyncResults = [], isVoid } = recordedFunctions[name] ?? { params: [] }
        const observed = new ObservedCall()
        const request = requestOf(name, params, { asyncParams, asyncResults, isVoid })
        const running = client.party.invoke(request, { prefix: recordedPrefix }, observed)
        for (const path of asyncParams) {
          for (const bytes of send[path] ?? []) running.write(path, bytes)
          running.end(path)
        }
        return observed.outcome
      }
      const results = async (name: string, params: Uint8Array): Promise<string> =>
        (await call(name, params)).results?.toString('latin1') ?? 'nothing'

      expect(await results('echo', text('hi'))).toBe('\u0007echo:hi')
      const long = (await call('echo', text('A'.repeat(3_000_000)))).results
      expect(long?.equals(text(`echo:${'A'.repeat(3_000_000)}`))).toBe(true)
      expect(await results('zero', Buffer.alloc(0))).toBe('\u0004zero')
      expect(await results('void', text('x'))).toBe('')
      expect((await call('trap', text('x'))).failure).toMatchObject({ kind: 'trap' })
      expect((await call('nosuch', text('x'))).failure).toEqual({
        kind: 'unavailable',
        message:
          'nobody on the lattice answers to test:demo/api@0.1.0.nosuch of "svr": it does not run, or exports no such function in that version',
      })
      expect(await results('get', bytes(text('default'), text('k')))).toBe('\0\u0001\u0001v')
      expect(await results('get', bytes(text('bad'), text('k')))).toBe('\u0001\0')
      expect((await call('list', text('c'))).streams).toEqual({ 0: bytes([2, 1, 97, 1, 98, 1, 1, 99, 0]) })
      expect(await call('write', bytes(text('c'), text('o'), [0]), { 1: [text('abc'), bytes([0])] })).toEqual(
        {
          ...{ results: bytes([0, 0]), ended: ['0'], failure: undefined },
          streams: { 0: bytes([1], text('late abc')) },
        },
      )
      const answer = await call('http', request, {
        '0.0': [text('abc'), bytes(text('de'), [0])],
        '0.1': [bytes([0])],
      })
      expect(answer.failure).toBeUndefined()
      expect(answer.streams['0.0']?.toString('latin1')).toBe('\u0006hello \u000e/p?q=1 abcde 0\0')
      expect(answer.streams['0.1']).toEqual(trailers)
      expect(client.party.size).toBe(0)
    })

    it('answer the next caller where our client gives up in the middle of its parameters', async () => {
      await using _server = await startRustServer(program, bus.url)
      await using client = await startClient(bus.url)
      const long = text('A'.repeat(3_000_000))
      const given = client.party.invoke(
        requestOf('echo', long),
        { prefix: recordedPrefix },
        new ObservedCall(),
      )
      given.cancel()
      const observed = new ObservedCall()
      client.party.invoke(requestOf('echo', text('hi')), { prefix: recordedPrefix }, observed)
      expect((await observed.outcome).results).toEqual(bytes(text('echo:hi')))
      expect(client.party.size).toBe(0)
    })
  })
})

type Sending = Readonly<Record<string, readonly Uint8Array[]>>

const bytes = (...parts: readonly (Uint8Array | readonly number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => Uint8Array.from(part)))

/** A string of the wire. */
function text(value: string): Buffer {
  const length: number[] = []
  let rest = Buffer.byteLength(value)
  for (; rest > 0x7f; rest >>= 7) length.push((rest & 0x7f) | 0x80)
  return bytes([...length, rest], Buffer.from(value))
}

const request = bytes([0, 0, 2, 1], text('/p?q=1'), [1, 0, 1], text('localhost'), [0])
const trailers = bytes([1, 1], text('x'), [1], text('y'))

/** Answers as the Rust server does. */
const target: WrpcTarget = {
  invoke(call: WrpcRequest, sink: ServedSink) {
    const pieces: Record<string, Buffer[]> = {}
    let open = call.asyncParams.length
    const answerWhenHeard = (): void => {
      if (open === 0) answer(call, sink, (path) => Buffer.concat(pieces[path] ?? []))
    }
    answerWhenHeard()
    return {
      write: (path, piece) => (pieces[path] ??= []).push(Buffer.from(piece)) > 0,
      end: () => {
        open -= 1
        answerWhenHeard()
      },
      resume: () => undefined,
      cancel: () => undefined,
    }
  },
}

function answer(call: WrpcRequest, sink: ServedSink, heard: (path: string) => Buffer): void {
  const send = (results: Uint8Array, streams: Sending = {}): void => {
    sink.onResult(results)
    for (const path of call.asyncResults) {
      for (const piece of streams[path] ?? []) sink.onData(path, piece)
      sink.onDataEnd(path)
    }
    sink.onEnd()
  }
  switch (call.function) {
    case 'echo':
      return send(text(`echo:${textIn(call.params)}`))
    case 'zero':
      return send(text('zero'))
    case 'void':
      return send(new Uint8Array())
    case 'get':
      return send(lookUp(Buffer.from(call.params).toString('latin1')))
    case 'list':
      return send(bytes([0, 0]), { 0: [bytes([2], text('a'), text('b')), bytes([1], text('c'), [0])] })
    case 'http':
      return send(bytes([0, 0, 0, 200, 1, 1], text('content-type'), [1], text('text/plain')), {
        '0.0': [text('hello '), text(`/p?q=1 ${textInChunks(heard('0.0'))}`), bytes([0])],
        '0.1': [trailers],
      })
    case 'getdata':
      return send(bytes([0, 0, 0]), { '0.0': [text('data'), bytes([0])], '0.1': [bytes([0])] })
    case 'write':
      return send(bytes([0, 0]), { 0: [bytes([1], text(`late ${textInChunks(heard('1'))}`))] })
    default:
      return sink.onFailure({ kind: 'trap', message: 'unreachable' })
  }
}

function textIn(params: Uint8Array): string {
  const start = params.findIndex((byte) => byte < 0x80) + 1
  return Buffer.from(params.subarray(start)).toString()
}

function textInChunks(chunks: Buffer): string {
  const [length = 0] = chunks
  return length === 0
    ? ''
    : chunks.toString('latin1', 1, 1 + length) + textInChunks(chunks.subarray(1 + length))
}

function lookUp(params: string): Uint8Array {
  if (params.includes('bad')) return bytes([1, 0])
  return params.endsWith('\u0001k') ? bytes([0, 1], text('v')) : bytes([0, 0])
}

async function startRustServer(program: string, url: string): Promise<AsyncDisposable> {
  const child = spawn(program, ['serve', url, recordedPrefix], { stdio: ['pipe', 'pipe', 'ignore'] })
  await once(child.stdout, 'data')
  return {
    [Symbol.asyncDispose]: async () => {
      const exited = once(child, 'exit')
      child.stdin.end()
      await exited
    },
  }
}
