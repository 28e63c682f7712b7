import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../support/engines.js'
import { ask, startTestPool, type TestPool } from '../../support/guest-pool-kit.js'

describe.each(engines)('a guest in trouble under $kind', (engine) => {
  let test: TestPool

  beforeAll(async () => {
    const config = (): Record<string, string> => ({ greeting: 'hello', empty: '' })
    test = await startTestPool('trouble', { engine, deadlineMs: 1500, maxThreads: 2, config })
  })

  afterAll(() => test?.pool.stop())

  const text = async (path: string): Promise<string> => (await ask(test.pool, path)).text
  const failureOf = async (path: string): Promise<string | undefined> => {
    const { failure } = await ask(test.pool, path)
    // The next one is served, by an instance of its own.
    expect(await text('/counter')).toBe('1\n')
    return failure?.kind
  }

  it('fails in its own call alone', async () => {
    expect(await failureOf('/trap')).toBe('trap')
    expect(test.records.map(({ message }) => message).join('\n')).toMatch(
      /The component failed in a call \(trap\): .*unreachable.*\n[^]* {4}at .*wasm-function\[\d+\]/,
    )
    expect(await failureOf('/half')).toBe('trap')
    expect(await failureOf('/never')).toBe('no-answer')
    expect(await failureOf('/never/drop')).toBe('no-answer')
    expect(await failureOf('/stack')).toBe('trap')
    expect(await text('/stack/1000')).toBe('came back from 1000 calls\n')
  })

  it.each(['/loop', '/busy/60000', '/sleep/60000'])('is ended at its deadline in %s', async (path) => {
    expect(await failureOf(path)).toBe('deadline')
  })

  it('gets no more memory than its limit', async () => {
    expect(await text('/alloc')).toMatch(/^memory grew from \d+ to 1024 pages, all touched\n$/)
    test.pool.setLimits({ maxInstances: 4, maxQueued: 10, maxMemoryBytes: 32 << 20, deadlineMs: 1500 })
    expect(await text('/alloc')).toMatch(/ to 512 pages/)
  })

  it('reads clocks, random bytes and its configuration, and sees nothing of this machine', async () => {
    expect(await text('/now')).toMatch(/^wall \d+\.\d{9}\nmonotonic \d+\n$/)
    expect(await text('/sleep/5')).toMatch(/^slept \d+ ms/)
    expect(await text('/random/8')).toMatch(/^[0-9a-f]{16}\n$/)
    expect(await text('/config/greeting')).toBe('hello')
    expect((await ask(test.pool, '/config/none')).status).toBe(404)
    expect(await text('/env')).not.toContain('env ')
    expect(await text('/fs')).toBe('0 preopened\n')
  })

  it('logs', async () => {
    await text('/log/warn?text=careful')
    expect(test.lines).toContainEqual({
      stream: 'logging',
      level: 'warn',
      context: 'trouble',
      message: 'careful',
    })
  })

  it('keeps its state where instances are reused, and loses it with a trap', async () => {
    await using reusing = await startTestPool('trouble', { engine, maxThreads: 1, instancePolicy: 'reuse' })
    const count = async (): Promise<string> => (await ask(reusing.pool, '/counter')).text
    expect([await count(), await count()]).toEqual(['1\n', '2\n'])
    await ask(reusing.pool, '/trap')
    expect(await count()).toBe('1\n')
  })
})
