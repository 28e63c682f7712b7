import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, startTestPool, TestClient, type TestPool } from '../../support/guest-pool-kit.js'

describe('a guest in trouble', () => {
  let test: TestPool

  beforeAll(async () => {
    test = await startTestPool('trouble', {
      deadlineMs: 2000,
      maxThreads: 3,
      config: () => ({ greeting: 'hello', 'a/b c': '' }),
    })
  })

  afterAll(() => test.pool.stop())

  const text = async (path: string): Promise<string> => (await ask(test.pool, path)).text

  it('that traps fails its call alone, and the log has its stack', async () => {
    const { status, failure } = await ask(test.pool, '/trap')
    expect(status).toBeUndefined()
    expect(failure).toEqual({ kind: 'trap', message: 'unreachable' })
    const record = test.records.find(
      ({ level, message }) => level === 'error' && message.includes('unreachable'),
    )
    expect(record?.message).toMatch(
      /^The component failed in a call \(trap\): unreachable\n {4}at .*wasm-function\[\d+\]/,
    )
    expect(await text('/counter')).toBe('1\n')
  })

  it('that never returns is ended at its deadline while other calls are answered', async () => {
    const looping = ask(test.pool, '/loop')
    const others = await Promise.all(Array.from({ length: 20 }, () => text('/counter')))
    expect(others).toEqual(Array.from({ length: 20 }, () => '1\n'))
    expect((await looping).failure?.kind).toBe('deadline')
    expect(await text('/counter')).toBe('1\n')
  })

  it('that computes or waits beyond its deadline is ended', async () => {
    const [busy, sleeping] = await Promise.all([
      ask(test.pool, '/busy/60000'),
      ask(test.pool, '/sleep/60000'),
    ])
    expect(busy.failure?.kind).toBe('deadline')
    expect(sleeping.failure?.kind).toBe('deadline')
  })

  it('is ended at its deadline too where its call came while its thread was starting', async () => {
    await using hasty = await startTestPool('trouble', { deadlineMs: 60, maxThreads: 1 })
    for (const path of ['/loop', '/sleep/600000', '/loop', '/sleep/600000']) {
      expect((await ask(hasty.pool, path)).failure?.kind).toBe('deadline')
    }
  })

  it('that traps half-way through its answer breaks it off', async () => {
    const { status, text: body, failure } = await ask(test.pool, '/half')
    expect(status).toBe(200)
    expect(body).toBe('sixteen bytes...')
    expect(failure?.kind).toBe('trap')
  })

  it.each(['/never', '/never/drop'])('that does not answer (%s) fails as no-answer', async (path) => {
    expect((await ask(test.pool, path)).failure?.kind).toBe('no-answer')
  })

  it('that overflows its stack traps, and comes back from a depth that fits', async () => {
    expect((await ask(test.pool, '/stack')).failure).toEqual({
      kind: 'trap',
      message: 'call stack exhausted',
    })
    expect(await text('/stack/1000')).toBe('came back from 1000 calls\n')
  })

  it('gets no more memory than its limit', async () => {
    expect(await text('/alloc')).toMatch(/^memory grew from \d+ to 1024 pages, all touched\n$/)
    expect(await text('/counter')).toBe('1\n')
  })

  it('reads clocks, sleeps and polls', async () => {
    const before = Date.now() / 1000 - 1
    const match = /^wall (\d+)\.(\d{9})\nmonotonic (\d+)\n$/.exec(await text('/now'))
    expect(Number(match?.[1])).toBeGreaterThan(before)
    expect(Number(/slept (\d+) ms/.exec(await text('/sleep/30'))?.[1])).toBeGreaterThanOrEqual(30)
    expect(await text('/busy/5')).toMatch(/^read the clock \d+ times\n$/)
  })

  it('gets random bytes', async () => {
    const [one, other] = await Promise.all([text('/random/32'), text('/random/32')])
    expect(one).toMatch(/^[0-9a-f]{64}\n$/)
    expect(one).not.toBe(other)
  })

  it('sees no environment, no directories and only the name of its program', async () => {
    expect(await text('/env')).toBe('arg main.wasm\n')
    expect(await text('/fs')).toBe('0 preopened\n')
  })

  it('reads its configuration', async () => {
    expect(await text('/config/greeting')).toBe('hello')
    expect(await text('/config/a%2Fb%20c')).toBe('')
    expect((await ask(test.pool, '/config/toString')).status).toBe(404)
  })

  it.each(['trace', 'debug', 'info', 'warn', 'error', 'critical'])('logs at level %s', async (level) => {
    expect(await text(`/log/${level}?text=line-${level}`)).toBe('logged\n')
    expect(test.lines).toContainEqual({
      stream: 'logging',
      level,
      context: 'trouble',
      message: `line-${level}`,
    })
  })

  it('sends what it has flushed before it goes on', async () => {
    const client = new TestClient(test.pool, '/slow/3', {})
    const arrivals: number[] = []
    client.onChunkArrived = () => arrivals.push(performance.now()) > 0
    expect((await client.answer).text).toBe('chunk 1\nchunk 2\nchunk 3\n')
    const [first = 0, , third = 0] = arrivals
    expect(third - first).toBeGreaterThan(100)
  })
})

describe('a guest whose instance is kept', () => {
  it('keeps its state between calls, and loses it with a trap', async () => {
    await using test = await startTestPool('trouble', { instancePolicy: 'reuse', maxThreads: 1 })
    const count = async (): Promise<string> => (await ask(test.pool, '/counter')).text
    expect([await count(), await count(), await count()]).toEqual(['1\n', '2\n', '3\n'])
    expect((await ask(test.pool, '/trap')).failure?.kind).toBe('trap')
    expect(await count()).toBe('1\n')
  })
})
