import { createHash } from 'node:crypto'
import type { LinkedCalls } from '#washi/host/engine/guest-pool.js'
import { describe, expect, it } from 'vitest'
import {
  buildGoGuest,
  buildPythonGuest,
  hasGo,
  hasPython,
  readRustGuest,
} from '../../support/foreign-guests.js'
import { ask, startTestPool, TestClient, type PoolSettings } from '../../support/guest-pool-kit.js'

interface ForeignGuest {
  readonly name: string
  readonly greeting: string
  readonly isThere: boolean
  readonly load: () => Promise<Uint8Array>
  /** What `/throw` leaves in the log. */
  readonly complaint: RegExp
}

const foreignGuests: readonly ForeignGuest[] = [
  {
    name: 'a Rust guest of wasmcloud-component',
    greeting: 'Hello from Rust!\n',
    isThere: true,
    load: async () => readRustGuest('wasmcloud'),
    complaint: /panicked at .*lib\.rs.*asked to throw/s,
  },
  {
    name: 'a Rust guest of wstd',
    greeting: 'Hello from Rust!\n',
    isThere: true,
    load: async () => readRustGuest('wstd'),
    complaint: /panicked at .*main\.rs.*asked to throw/s,
  },
  {
    name: 'a Python guest (skipped without python3 and venv)',
    greeting: 'Hello from Python!\n',
    isThere: hasPython,
    load: buildPythonGuest,
    complaint: /RuntimeError: asked to throw/,
  },
  {
    name: 'a Go guest (skipped without go 1.24)',
    greeting: 'Hello from Go!\n',
    isThere: hasGo,
    load: buildGoGuest,
    complaint: /panic: asked to throw/,
  },
]

const settings: PoolSettings = { maxMemoryBytes: 256 * 1024 * 1024, maxThreads: 1 }

describe.each(foreignGuests)('$name', ({ isThere, load, greeting, complaint }) => {
  // The first run builds it.
  const test = (name: string, body: (bytes: Uint8Array) => Promise<void>): void =>
    it.skipIf(!isThere)(name, { timeout: 300_000 }, async () => body(await load()))

  test('answers, each call in a fresh instance', async (bytes) => {
    await using test = await startTestPool(bytes, settings)
    for (let round = 0; round < 5; round++) {
      expect((await ask(test.pool, '/')).text).toBe(greeting)
      expect((await ask(test.pool, '/counter')).text).toBe('1\n')
    }
    expect(await ask(test.pool, '/nowhere')).toMatchObject({ status: 404, failure: undefined })
    expect(test.records).toEqual([])
  })

  test('keeps its state where instances are reused', async (bytes) => {
    await using test = await startTestPool(bytes, { ...settings, instancePolicy: 'reuse' })
    for (let round = 1; round < 6; round++) expect((await ask(test.pool, '/counter')).text).toBe(`${round}\n`)
  })

  for (const instancePolicy of ['fresh', 'reuse'] as const) {
    test(`takes and sends bodies (${instancePolicy})`, async (bytes) => {
      await using test = await startTestPool(bytes, { ...settings, instancePolicy })
      const body = 'x'.repeat(300_000)
      expect((await ask(test.pool, '/length', { body })).text).toBe('300000\n')
      expect((await ask(test.pool, '/length')).text).toBe('0\n')
      const { text, failure } = await ask(test.pool, '/echo', { body })
      expect({ failure, isSame: text === body }).toEqual({ failure: undefined, isSame: true })
      expect((await ask(test.pool, '/big/1000000')).body).toHaveLength(1_000_000)
    })

    test(`goes on after a panic and an exit (${instancePolicy})`, async (bytes) => {
      await using test = await startTestPool(bytes, { ...settings, instancePolicy })
      expect((await ask(test.pool, '/throw')).failure?.kind).toMatch(/^(trap|exit)$/)
      expect(test.lines.map(({ message }) => message).join('\n')).toMatch(complaint)
      expect((await ask(test.pool, '/counter')).text).toBe('1\n')
      expect((await ask(test.pool, '/exit')).failure).toMatchObject({ kind: 'exit' })
      expect((await ask(test.pool, '/counter')).text).toBe('1\n')
    })
  }

  test('ends where it computes past its deadline', async (bytes) => {
    await using test = await startTestPool(bytes, { ...settings, deadlineMs: 500 })
    expect((await ask(test.pool, '/spin')).failure).toMatchObject({ kind: 'deadline' })
    expect((await ask(test.pool, '/')).text).toBe(greeting)
  })

  test('is served on with other limits, also while its instance is made anew', async (bytes) => {
    await using test = await startTestPool(bytes, settings)
    for (const maxMemoryBytes of [128 << 20, 256 << 20]) {
      expect((await ask(test.pool, '/')).text).toBe(greeting)
      test.pool.setLimits({ maxInstances: 4, maxQueued: 10, maxMemoryBytes, deadlineMs: 10_000 })
      expect((await ask(test.pool, '/')).text).toBe(greeting)
    }
  })

  test('reads headers, duplicates included', async (bytes) => {
    await using test = await startTestPool(bytes, settings)
    const rawHeaders = ['b', '2', 'a', '3', 'a', '1']
    expect((await ask(test.pool, '/headers', { rawHeaders })).text).toBe('a: 1\na: 3\nb: 2\n')
  })

  test('writes lines of stdout and stderr to the log', async (bytes) => {
    await using test = await startTestPool(bytes, settings)
    expect((await ask(test.pool, '/log')).text).toBe('logged\n')
    expect(test.lines).toContainEqual(
      expect.objectContaining({ stream: 'stdout', message: 'a line on stdout' }),
    )
    expect(test.lines).toContainEqual(
      expect.objectContaining({ stream: 'stderr', message: 'a line on stderr' }),
    )
  })

  test('sends back a body of 4 MiB while it comes', async (bytes) => {
    await using test = await startTestPool(bytes, settings)
    const client = new TestClient(test.pool, '/echo', { method: 'POST' }, true)
    const sent = createHash('sha256')
    for (let piece = 0; piece < 64; piece++) {
      const chunk = Buffer.alloc(65_536, piece)
      sent.update(chunk)
      if (!client.call.write(chunk)) await new Promise<void>((resolve) => (client.onDrained = resolve))
    }
    client.call.end()
    const { body, failure } = await client.answer
    expect(failure).toBeUndefined()
    expect(createHash('sha256').update(body).digest('hex')).toBe(sent.digest('hex'))
  })
})

describe('a guest that calls every function of another one', () => {
  it.each([
    { name: 'Rust', isThere: true, load: async () => readRustGuest('types') },
    { name: 'Python', isThere: hasPython, load: buildPythonGuest },
  ])('gets its values back from $name', { timeout: 300_000 }, async ({ isThere, load }) => {
    if (!isThere) return
    await using target = await startTestPool(await load(), settings)
    const linked: LinkedCalls = {
      invoke: (request, sink) => target.pool.invoke({ ...request, sourceId: 'caller' }, sink),
      linkNames: () => ({ names: ['default'] }),
    }
    await using caller = await startTestPool('types-caller', { linked })
    expect((await ask(caller.pool, '/')).text).toBe('146 ok, 0 failed\n')
  })
})
