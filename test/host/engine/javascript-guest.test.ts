import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, startTestPool, TestClient, type TestPool } from '../../support/guest-pool-kit.js'
import { buildJavaScriptGuest } from '../../support/javascript-guest.js'

const jsLimits = { maxMemoryBytes: 256 * 1024 * 1024, maxThreads: 1 }
const sources = new URL('../../fixtures/javascript/', import.meta.url)

describe('a JavaScript guest', () => {
  let bytes: Uint8Array
  let test: TestPool

  // The first run installs the toolchain.
  beforeAll(async () => {
    bytes = await build('hello')
    test = await startTestPool(bytes, jsLimits)
  }, 600_000)

  afterAll(() => test?.pool.stop())

  it('answers', async () => {
    const { status, rawHeaders, text, failure } = await ask(test.pool, '/')
    expect({ status, text, failure }).toEqual({
      status: 200,
      text: 'Hello from JavaScript!\n',
      failure: undefined,
    })
    expect(rawHeaders).toEqual(['content-type', 'text/plain', 'content-length', '23'])
  })

  it('meets a fresh instance with every call', async () => {
    for (let round = 0; round < 20; round++) expect((await ask(test.pool, '/counter')).text).toBe('1\n')
  })

  it('echoes a body that is streamed to it', async () => {
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

  it('reads a whole body', async () => {
    expect((await ask(test.pool, '/length', { body: 'x'.repeat(300_000) })).text).toBe('300000\n')
  })

  it('streams its answer, with timers between', async () => {
    expect((await ask(test.pool, '/lines')).text).toBe('line 1\nline 2\nline 3\nline 4\nline 5\n')
  })

  it('writes its console to the log', async () => {
    expect((await ask(test.pool, '/log')).text).toBe('logged\n')
    expect(test.lines.map(({ message }) => message).join()).toContain('a line from JavaScript')
  })

  it('survives what it throws', async () => {
    const { status, failure } = await ask(test.pool, '/throw')
    expect({ status, failure }).toEqual({ status: 500, failure: undefined })
    expect(test.lines.map(({ message }) => message).join()).toContain('asked to throw')
    expect((await ask(test.pool, '/')).text).toBe('Hello from JavaScript!\n')
  })

  it('completes its answer while it goes on until its deadline', async () => {
    await using late = await startTestPool(bytes, { ...jsLimits, deadlineMs: 1500 })
    expect(await ask(late.pool, '/late')).toMatchObject({
      status: 200,
      text: 'answered\n',
      failure: undefined,
    })
    expect(late.records).toEqual([])
    // The same thread answers again once the first call was ended, or another one does.
    expect((await ask(late.pool, '/')).text).toBe('Hello from JavaScript!\n')
    expect(late.records.map(({ message }) => message).join()).toContain('after it had answered (deadline)')
  })

  it('made for fetch events cannot be kept, and the failure says so', async () => {
    await using kept = await startTestPool(bytes, { ...jsLimits, instancePolicy: 'reuse' })
    expect((await ask(kept.pool, '/')).status).toBe(200)
    expect((await ask(kept.pool, '/')).failure?.message).toContain(
      'does the component support instance policy "reuse"?',
    )
    expect((await ask(kept.pool, '/')).status).toBe(200)
  })
})

describe('a JavaScript guest that exports its handler', () => {
  it('keeps its state where its instance is kept', async () => {
    await using kept = await startTestPool(await build('handler'), { ...jsLimits, instancePolicy: 'reuse' })
    const counts: string[] = []
    for (let round = 0; round < 50; round++) counts.push((await ask(kept.pool, '/')).text)
    expect(counts).toEqual(counts.map((_, index) => `${index + 1}\n`))
  }, 600_000)
})

async function build(name: string): Promise<Uint8Array> {
  const [source = '', wit = ''] = await Promise.all(
    [`${name}.js`, `${name}.wit`].map((file) => readFile(new URL(file, sources), 'utf8')),
  )
  return buildJavaScriptGuest(source, wit)
}
