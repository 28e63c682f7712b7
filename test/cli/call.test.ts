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
})
