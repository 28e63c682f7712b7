import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWashiLattice, guestFile, root, type WashiLattice } from '../support/washi-lattice.js'

describe('spy', () => {
  let lattice: WashiLattice
  beforeAll(async () => {
    lattice = await createWashiLattice()
    await lattice.up()
    await lattice.json('start', 'component', guestFile('pong'), 'pong')
    await lattice.json('start', 'component', guestFile('ping'), 'ping')
    await lattice.json('start', 'component', guestFile('http-hello'), 'hello')
    await lattice.json('link', 'put', 'ping', 'pong', 'test', 'pingpong', '--interface', 'pingpong')
  })
  afterAll(() => lattice[Symbol.asyncDispose]())

  it('shows calls between components of one host with their values, which no bus carries', async () => {
    await using spy = await startSpy(lattice, 'pong', '--count', '1', '-o', 'json')
    expect(await request(lattice, 'ping', '/add/40/2')).toBe('42\n')
    const { exitCode, documents } = await spy.ended()
    expect(exitCode).toBe(0)
    const called = {
      source: 'ping',
      target: 'pong',
      link_name: 'default',
      interface: 'test:pingpong/pingpong@0.1.0',
      function: 'add',
    }
    expect(documents).toMatchObject([
      { kind: 'call', ...called, params: { a: 40, b: 2 } },
      { kind: 'answer', ...called, result: 42 },
    ])
  })

  it('shows the other direction of a component as well, and requests with the sizes of their bodies', async () => {
    await using spy = await startSpy(lattice, 'hello', '--count', '1', '-o', 'json')
    expect(await request(lattice, 'hello', '/echo', 'POST', 'hello')).toBe('hello')
    const [call, answer] = (await spy.ended()).documents
    expect(call).toMatchObject({
      function: 'handle',
      params: { request: { body: 'stream', method: 'post', 'path-with-query': '/echo' } },
    })
    expect(answer).toMatchObject({ result: { ok: { status: 200, body: 'stream' } } })
    expect(Object.keys((answer as { streams: object }).streams)).toContain('results.0.0')
  })

  it('shows only the functions that are asked for', async () => {
    await using spy = await startSpy(lattice, 'ping', '--function', 'ping', '--count', '1')
    await request(lattice, 'ping', '/add/40/2')
    await request(lattice, 'ping', '/')
    const { lines } = await spy.ended()
    expect(lines.filter((line) => line.startsWith('Operation'))).toEqual([
      'Operation: test:pingpong/pingpong@0.1.0.ping',
      'Operation: test:pingpong/pingpong@0.1.0.ping',
    ])
    expect(lines.filter((line) => line.startsWith('Message'))[0]).toBe('Message: nothing')
    expect(lines.filter((line) => line.startsWith('Message'))[1]).toMatch(
      /^Message: "pong" \(after [\d.]+ ms\)$/,
    )
  })

  it('ends with Ctrl-C, as if nothing had happened', async () => {
    await using spy = await startSpy(lattice)
    await request(lattice, 'ping', '/add/1/2')
    await spy.seen('Operation: test:pingpong/pingpong@0.1.0.add')
    spy.interrupt()
    const { exitCode, errors } = await spy.ended()
    expect(exitCode).toBe(0)
    expect(errors).toEqual(['Spying on all calls'])
    // Small components go back into the threads of those that call them.
    expect(await request(lattice, 'ping', '/add/1/2')).toBe('3\n')
  })

  it('says how many calls it saw where the time ends first', async () => {
    const ended = await lattice.run('spy', 'pong', '--count', '3', '--duration-ms', '50')
    expect(ended.exitCode).toBe(1)
    expect(ended.stderr).toContain('Saw 0 of 3 calls within 50 ms')
  })

  it('refuses what does not run', async () => {
    const { exitCode, stderr } = await lattice.run('spy', 'pongg')
    expect(exitCode).toBe(1)
    expect(stderr).toContain('No host runs a component or provider "pongg"')
    expect(stderr).toContain('Did you mean "pong"?')
  })
})

async function request(
  lattice: WashiLattice,
  id: string,
  path: string,
  method = 'GET',
  body?: string,
): Promise<string> {
  const data = body === undefined ? [] : ['--http-body', body]
  const flags = ['--http-path', path, '--http-method', method, ...data]
  const ended = await lattice.run(
    'call',
    id,
    'wasi:http/incoming-handler.handle',
    '--http-response-body',
    ...flags,
  )
  expect(ended.exitCode, ended.stderr).toBe(0)
  return `${ended.stdout}${path === '/echo' ? '' : '\n'}`
}

interface RunningSpy extends AsyncDisposable {
  seen(line: string): Promise<void>
  interrupt(): void
  ended(): Promise<{
    readonly exitCode: number | null
    readonly lines: readonly string[]
    readonly errors: readonly string[]
    readonly documents: readonly object[]
  }>
}

/** Runs `washi spy`, and resolves once it overhears calls. */
async function startSpy(lattice: WashiLattice, ...args: readonly string[]): Promise<RunningSpy> {
  const child = spawn(process.execPath, [join(root, 'bin/run.js'), 'spy', ...args], {
    env: { ...process.env, WASHI_HOME: lattice.home, WASMCLOUD_CTL_PORT: String(lattice.natsPort) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'close') as Promise<[number | null]>
  const lines: string[] = []
  const errors: string[] = []
  const output = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      errors.push(line)
      resolve()
    })
  })
  await Promise.race([ready, exited])
  return {
    seen: async (wanted) => {
      while (!lines.includes(wanted)) await once(output, 'line')
    },
    interrupt: () => void child.kill('SIGINT'),
    ended: async () => {
      const [exitCode] = await exited
      const documents = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as object)
      return { exitCode, lines, errors, documents }
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}
