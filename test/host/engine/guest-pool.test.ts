import { describe, expect, it } from 'vitest'
import { isBuiltIn } from '#washi/host/engine/built-in-interfaces.js'
import { ask, startTestPool, TestClient } from '../../support/guest-pool-kit.js'
import { readGuest } from '../../support/guests.js'
import { trapAtStart } from '../../support/trapping-guest.js'

describe('startGuestPool()', () => {
  it('refuses a component that traps while it starts, with its message', async () => {
    const bytes = trapAtStart(readGuest('http-hello'))
    await expect(startTestPool(bytes, { componentId: 'bad' })).rejects.toMatchObject({
      code: 'COMPONENT_START_FAILED',
      message: 'Cannot start component "bad": unreachable',
      hint: expect.stringMatching(/wasm-function\[\d+\]/),
    })
  })

  it('refuses what is no component', async () => {
    await expect(startTestPool(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({ code: 'COMPONENT_INVALID' })
  })

  it('tells the world of the component', async () => {
    await using test = await startTestPool('http-hello')
    expect(test.pool.world.exports.map(({ name }) => name)).toContain('wasi:http/incoming-handler@0.2.0')
  })

  it('serves no HTTP for a component that exports no handler', async () => {
    await using test = await startTestPool('pong')
    expect((await ask(test.pool, '/')).failure).toEqual({
      kind: 'unavailable',
      message: 'The component exports no wasi:http/incoming-handler',
    })
  })
})

describe('a guest pool', () => {
  it('refuses calls past its queue', async () => {
    await using test = await startTestPool('trouble', { maxThreads: 1, maxInstances: 1, maxQueued: 2 })
    const clients = Array.from({ length: 5 }, () => new TestClient(test.pool, '/sleep/50', {}))
    const answers = await Promise.all(clients.map(({ answer }) => answer))
    expect(answers.map(({ failure }) => failure?.kind ?? 'answered')).toEqual([
      'answered',
      'answered',
      'answered',
      'unavailable',
      'unavailable',
    ])
  })

  it('grows while calls wait, so that one slow call does not hold up others', async () => {
    await using test = await startTestPool('trouble', { maxThreads: 4 })
    const slow = ask(test.pool, '/sleep/20000')
    const answers = await Promise.all(Array.from({ length: 30 }, () => ask(test.pool, '/counter')))
    expect(answers.every(({ text }) => text === '1\n')).toBe(true)
    await test.pool.stop(0)
    expect((await slow).failure?.kind).toBe('unavailable')
  })

  it.each(['/sleep/20000', '/loop'])(
    'answers other calls while more guests than processors are at %s',
    async (path) => {
      await using test = await startTestPool('trouble', {
        maxThreads: 6,
        maxInstances: 10,
        deadlineMs: 20_000,
      })
      const stuck = Array.from({ length: 4 }, () => ask(test.pool, path))
      expect((await ask(test.pool, '/counter')).text).toBe('1\n')
      await test.pool.stop(0)
      for (const { failure } of await Promise.all(stuck)) expect(failure?.kind).toBe('unavailable')
    },
  )

  it('sends a call with its body elsewhere when the thread that it waited for is slow', async () => {
    await using test = await startTestPool('http-hello', { maxThreads: 2 })
    const slow = new TestClient(test.pool, '/echo', { method: 'POST' }, true)
    const answer = await ask(test.pool, '/echo', { body: 'x'.repeat(50_000) })
    expect(answer.text).toBe('x'.repeat(50_000))
    slow.call.end()
    expect((await slow.answer).failure).toBeUndefined()
  })

  it('uses changed configuration with the next call', async () => {
    let config: Record<string, string> = { key: 'old' }
    await using test = await startTestPool('trouble', { config: () => config, maxThreads: 1 })
    expect((await ask(test.pool, '/config/key')).text).toBe('old')
    config = { key: 'new' }
    expect((await ask(test.pool, '/config/key')).text).toBe('new')
    config = {}
    expect((await ask(test.pool, '/config/key')).status).toBe(404)
  })

  it('applies a changed memory limit and deadline', async () => {
    await using test = await startTestPool('trouble')
    const limits = { maxInstances: 1, maxQueued: 10, maxMemoryBytes: 16 * 1024 * 1024, deadlineMs: 500 }
    test.pool.setLimits(limits)
    expect((await ask(test.pool, '/alloc')).text).toMatch(/to 256 pages/)
    expect((await ask(test.pool, '/loop')).failure?.kind).toBe('deadline')
  })

  it('lets running calls end when it stops, and refuses further ones', async () => {
    const test = await startTestPool('trouble')
    const running = new TestClient(test.pool, '/slow/3', {})
    await new Promise<void>((resolve) => (running.onChunkArrived = () => (resolve(), true)))
    const stopped = test.pool.stop(20_000)
    expect((await ask(test.pool, '/counter')).failure?.kind).toBe('unavailable')
    await stopped
    expect((await running.answer).text).toBe('chunk 1\nchunk 2\nchunk 3\n')
    await test.pool.stop()
  })

  it('traps a call of an interface that nothing is linked to, and names the command that links it', async () => {
    await using test = await startTestPool('ping', { componentId: 'ping' })
    const { failure } = await ask(test.pool, '/')
    expect(failure).toEqual({
      kind: 'no-link',
      message:
        'Cannot call "ping": component "ping" has no link for test:pingpong/pingpong; run "washi link put ping <provider> test pingpong --interface pingpong"',
    })
  })

  it('answers outgoing requests with an error that names the missing link', async () => {
    await using test = await startTestPool('outgoing', { componentId: 'fetcher' })
    const { status, text } = await ask(test.pool, '/fetch?url=http://localhost/')
    expect(status).toBe(502)
    expect(text).toContain('washi link put fetcher <provider> wasi http --interface outgoing-handler')
  })

  it('answers for secrets and both forms of configuration', async () => {
    await using test = await startTestPool('secrets-config', { config: () => ({ a: '1', b: '2' }) })
    expect((await ask(test.pool, '/config')).text).toBe('a=1\nb=2\n')
    expect((await ask(test.pool, '/runtime/b')).text).toBe('2')
    expect((await ask(test.pool, '/secret/x')).status).toBe(404)
  })
})

describe('isBuiltIn()', () => {
  it.each([
    'wasi:http/types@0.2.0',
    'wasi:http/types@0.2.10',
    'wasi:io/streams@0.2.3',
    'wasi:config/store@0.2.0-draft',
    'wasi:logging/logging',
    'wasi:logging/logging@0.1.0-draft',
    'wasmcloud:bus/lattice@2.0.1',
    'wasi:sockets/tcp@0.2.0',
  ])('knows %s', (name) => {
    expect(isBuiltIn(name)).toBe(true)
  })

  it.each([
    'wasi:http/outgoing-handler@0.2.0',
    'wasi:keyvalue/store@0.2.0-draft',
    'wasi:io/streams@0.3.0',
    'wasi:config/store@0.2.0',
    'toString',
    'test:pingpong/pingpong@0.1.0',
  ])('leaves %s to links', (name) => {
    expect(isBuiltIn(name)).toBe(false)
  })
})
