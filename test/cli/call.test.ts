import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWashiLattice, guestFile, type WashiLattice } from '../support/washi-lattice.js'

const echo = 'test:types/echo'

describe('washi call', () => {
  let lattice: WashiLattice
  beforeAll(async () => {
    lattice = await createWashiLattice()
    await lattice.up()
    for (const id of ['pong', 'echo-types', 'http-hello']) {
      await lattice.json('start', 'component', guestFile(id), id)
    }
  })
  afterAll(() => lattice[Symbol.asyncDispose]())
  const call = (...args: readonly string[]) => lattice.run('call', ...args)

  it('prints what a function returns, as WAVE text or as JSON', async () => {
    expect(await call('pong', 'test:pingpong/pingpong.ping')).toEqual({
      exitCode: 0,
      stdout: '"pong"',
      stderr: '',
    })
    expect((await call('pong', 'test:pingpong/pingpong@0.1.0.add', '40', '2')).stdout).toBe('42')
    // Arguments that stand twice keep their places.
    expect((await call('pong', 'test:pingpong/pingpong.add', '2', '2')).stdout).toBe('4')
    const many = await call('echo-types', `${echo}.echo-many`, '1', 'b', '[1]', 'none', '1')
    expect(many.stdout).toBe('(1, "b", [1], none, 1)')
    expect(await lattice.json('call', 'pong', 'test:pingpong/pingpong.add', '40', '2')).toEqual({
      result: 42,
      success: true,
    })
  })

  it('takes WAVE text, JSON, and strings without quotes', async () => {
    expect((await call('echo-types', `${echo}.echo-string`, 'no quotes')).stdout).toBe('"no quotes"')
    expect((await call('echo-types', `${echo}.echo-bytes`, '[1, 2, 255]')).stdout).toBe('[1, 2, 255]')
    const json = '[["a", 1], null]'
    expect((await call('echo-types', `${echo}.echo-pairs`, json)).stdout).toBe('[some(("a", 1)), none]')
    const err = await call('echo-types', `${echo}.echo-result`, 'err("no")')
    expect(err).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'error: The function returned an error: err("no")',
    })
    expect((await call('echo-types', `${echo}.echo-char`, "'😀'")).stdout).toBe("'😀'")
  })

  it.each([
    ['pong', 'test:pingpong/pingpong.add', '40'],
    ['pong', 'test:pingpong/pingpong.add', '40', 'x'],
    ['pong', 'test:pingpong/pingpong.add', '40', '4294967296'],
    ['pong', 'test:pingpong/pingpong.gnip'],
    ['pnog', 'test:pingpong/pingpong.ping'],
    ['pong', 'test:pingpong/pingpong@0.2.0.ping'],
  ])('refuses %s %s %s %s before anything is called', async (...args) => {
    const ended = await call(...args)
    expect({ exitCode: ended.exitCode, stderr: ended.stderr }).toMatchSnapshot()
    expect(ended.stdout).toBe('')
  })

  it('sends a request to a component that answers HTTP', async () => {
    const answer = await lattice.json('call', 'http-hello', 'wasi:http/incoming-handler.handle')
    expect(answer).toMatchObject({ response: { status: 200, body: 'Hello from washi!\n' } })
    const posted = await call(
      ...['http-hello', 'wrpc:http/incoming-handler.handle', '--http-method', 'post', '--http-path', '/echo'],
      ...['--http-body', '{"a":1}', '--http-response-extract-json'],
    )
    expect(JSON.parse(posted.stdout)).toEqual({ a: 1 })
    const none = await call('pong', 'wasi:http/incoming-handler.handle')
    expect(none.exitCode).toBe(1)
    expect(none.stderr).toContain(
      'Cannot call component "pong": nobody on the lattice answers to wrpc:http/incoming-handler@0.1.0.handle',
    )
  })

  it('takes the types from WIT text or from a file where they are named', async () => {
    const fixtures = fileURLToPath(new URL('../fixtures/components/', import.meta.url))
    const wit = `${fixtures}wit/deps/test-pingpong-0.1.0`
    const add = ['test:pingpong/pingpong.add', '1', '2', '--wit']
    expect((await call('pong', ...add, wit)).stdout).toBe('3')
    expect((await call('pong', ...add, `${wit}/package.wit`)).stdout).toBe('3')
    expect((await call('pong', ...add, guestFile('pong'))).stdout).toBe('3')
    const broken = await lattice.write('broken.wit', 'package a:b; interface i { f func(); }')
    expect(await call('pong', ...add, broken)).toMatchObject({
      exitCode: 2,
      stderr: [
        'error: Cannot read WIT: expected ":", found "func"',
        '   at: broken.wit:1:30',
        ' hint: Correct the text at that place',
      ].join('\n'),
    })
  })

  it('suggests what may be meant, and says why a function cannot be called', async () => {
    expect((await call('pnog', 'test:pingpong/pingpong.ping')).stderr).toContain('Did you mean "pong"?')
    expect((await call('pong', 'test:pingpong/pingpong.pin')).stderr).toContain(
      'Did you mean test:pingpong/pingpong@0.1.0.ping? It exports',
    )
    const resource = await call('echo-types', 'test:types/counters.[constructor]counter', '1')
    expect(resource).toMatchObject({ exitCode: 2 })
    expect(resource.stderr).toContain('cannot be called from outside')
  })

  it('writes the body of an answer as it is, where it is asked to', async () => {
    const request = ['http-hello', 'wasi:http/incoming-handler.handle', '--http-response-body', '--http-path']
    const { exitCode, stdout, stderr } = await call(...request, '/big/3000000')
    expect({ exitCode, length: stdout.length, stderr }).toEqual({
      exitCode: 0,
      length: 3_000_000,
      stderr: '',
    })
    const failed = await call(...request, '/status/503')
    expect(failed).toEqual({ exitCode: 0, stdout: '503', stderr: 'warning: answered with status 503' })
  })
})
