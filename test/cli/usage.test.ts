import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createShell } from '../support/run-washi.js'
import type { Shell } from '../support/run-washi.js'

/** A way to get commands wrong, and what the executable says then; every-command.test.ts has every way of every command. */
const wrong: readonly (readonly [command: string, args: readonly string[], message: string])[] = [
  ['app delete', ['app', 'delete'], 'error: Missing the name of the application'],
  ['app deploy', ['app', 'deploy'], 'error: Missing argument APPLICATION for "washi app deploy"'],
  ['app diff', ['app', 'diff'], 'error: Missing argument APPLICATION for "washi app diff"'],
  ['app export', ['app', 'export', 'x'], 'error: Unexpected argument "x" for "washi app export"'],
  ['app get', ['app', 'get', 'a', 'b', 'c'], 'error: Unexpected argument "c" for "washi app get"'],
  ['app history', ['app', 'history'], 'error: Missing argument NAME for "washi app history"'],
  ['app list', ['app', 'list', 'x'], 'error: Unexpected argument "x" for "washi app list"'],
  ['app logs', ['app', 'logs'], 'error: Missing argument NAME for "washi app logs"'],
  ['app put', ['app', 'put', 'none.yaml'], 'error: Cannot read manifest "none.yaml": no such file'],
  ['app status', ['app', 'status'], 'error: Missing argument NAME for "washi app status"'],
  ['app undeploy', ['app', 'undeploy'], 'error: Missing the name of the application'],
  ['app validate', ['app', 'validate'], 'error: Missing argument APPLICATION for "washi app validate"'],
  ['autocomplete', ['autocomplete', 'tcsh'], 'error: Expected tcsh to be one of: bash, zsh, fish'],
  [
    'build',
    ['build', '--confg-path', 'x'],
    'error: Unknown flag --confg-path for "washi build"\n hint: Did you mean --config-path?',
  ],
  ['call', ['call', 'a', 'no-such/path'], 'error: Not a function: "no-such/path"'],
  ['complete-line', ['complete-line', '--wrong'], 'error: Unknown flag --wrong for "washi complete-line"'],
  ['config del', ['config', 'del'], 'error: Missing argument NAME for "washi config del"'],
  ['config get', ['config', 'get'], 'error: Missing argument NAME for "washi config get"'],
  ['config put', ['config', 'put', 'n', 'noequals'], 'error: Not of the form key=value: "noequals"'],
  [
    'ctx default',
    ['ctx', 'default', 'nope'],
    'error: No context "nope" in <folder>/home/config/contexts: there is',
  ],
  ['ctx del', ['ctx', 'del', 'nope'], 'error: No context "nope"'],
  ['ctx edit', ['ctx', 'edit', 'nope', '-e', 'true'], 'error: No context "nope"'],
  ['ctx list', ['ctx', 'list', 'x'], 'error: Unexpected argument "x" for "washi ctx list"'],
  ['ctx new', ['ctx', 'new', '../a'], 'error: Not a context name: "../a"'],
  ['down', ['down', '--force'], 'error: Unknown flag --force for "washi down"'],
  ['get claims', ['get', 'claims', '-p', '0'], 'error: Parsing --ctl-port'],
  ['get hosts', ['get', 'hosts', '-p', 'x'], 'error: Parsing --ctl-port'],
  [
    'get inventory',
    ['get', 'inventory', 'a', 'b'],
    'error: Unexpected argument "b" for "washi get inventory"',
  ],
  [
    'get links',
    ['get', 'links', '--latice', 'x'],
    'error: Unknown flag --latice for "washi get links"\n hint: Did you mean --lattice?',
  ],
  ['inspect', ['inspect'], 'error: Missing argument COMPONENT for "washi inspect"'],
  ['keys gen', ['keys', 'gen', 'modul'], 'error: No key type "modul": it can be account, user,'],
  ['keys get', ['keys', 'get', '../up'], 'error: No key "../up" in <folder>/home/config/keys: it holds none'],
  ['keys list', ['keys', 'list', 'x'], 'error: Unexpected argument "x" for "washi keys list"'],
  ['label', ['label', 'host', 'novalue'], 'error: Not of the form key=value: "novalue"'],
  [
    'link del',
    ['link', 'del', 'a'],
    'error: Missing argument WIT-NAMESPACE, WIT-PACKAGE for "washi link del"',
  ],
  ['link put', ['link', 'put', 'a', 'b', 'wasi', 'http'], 'error: Missing required flag interface'],
  ['link query', ['link', 'query', 'x'], 'error: Unexpected argument "x" for "washi link query"'],
  [
    'new component',
    ['new', 'component', 'a-name'],
    'error: Missing the template, and no terminal to ask on\n hint: Pass --template-name: hello-world-typescript',
  ],
  [
    'scale component',
    ['scale', 'component', 'x'],
    'error: Missing argument COMPONENT-REF, COMPONENT-ID for "washi scale component"',
  ],
  ['secrets del', ['secrets', 'del'], 'error: Missing argument NAME for "washi secrets del"'],
  ['secrets get', ['secrets', 'get'], 'error: Missing argument NAME for "washi secrets get"'],
  ['secrets put', ['secrets', 'put', 'x'], 'error: Missing argument BACKEND, KEY for "washi secrets put"'],
  [
    'secrets value del',
    ['secrets', 'value', 'del'],
    'error: Missing argument KEY for "washi secrets value del"',
  ],
  [
    'secrets value put',
    ['secrets', 'value', 'put', 'x', '--from-file', '/no/such'],
    'error: Cannot read the secret from "/no/such"',
  ],
  [
    'start component',
    ['start', 'component', 'x'],
    'error: Missing argument COMPONENT-ID for "washi start component"',
  ],
  [
    'start provider',
    ['start', 'provider', 'x'],
    'error: Missing argument PROVIDER-ID for "washi start provider"',
  ],
  [
    'stop component',
    ['stop', 'component'],
    'error: Missing argument COMPONENT-ID for "washi stop component"',
  ],
  ['stop host', ['stop', 'host', 'nope'], 'error: Not a host id: "nope"'],
  ['stop provider', ['stop', 'provider'], 'error: Missing argument PROVIDER-ID for "washi stop provider"'],
  [
    'up',
    ['up', '--instance-policy', 'stale'],
    'error: Expected --instance-policy=stale to be one of: fresh, reuse',
  ],
  [
    'update component',
    ['update', 'component', 'x'],
    'error: Missing argument NEW-COMPONENT-REF for "washi update component"',
  ],
  ['wit2wadm', ['wit2wadm'], 'error: Missing argument COMPONENT for "washi wit2wadm"'],
]

describe('bad usage', () => {
  let shell: Shell
  beforeAll(async () => {
    shell = await createShell()
  })
  afterAll(() => shell[Symbol.asyncDispose]())

  it.each(wrong)(
    'of %s exits with 2 and says what is wrong, without a stack',
    async (_command, args, message) => {
      const ended = await shell.run(args)
      expect(ended.stderr.startsWith(message), ended.stderr).toBe(true)
      expect(ended.stderr).not.toMatch(/^\s+at /m)
      expect(ended.stdout).toBe('')
      expect(ended.exitCode).toBe(2)
    },
  )

  it('as an unknown command comes with the nearest one', async () => {
    expect(await shell.run(['app', 'deplyo', 'x'])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'error: Unknown command "washi app deplyo"\n hint: Did you mean "washi app deploy"?',
    })
    expect(await shell.run(['frobnicate'])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'error: Unknown command "washi frobnicate"\n hint: Run "washi --help"',
    })
  })

  it('without any command prints help to standard error', async () => {
    const ended = await shell.run([])
    expect(ended).toMatchObject({ exitCode: 2, stdout: '' })
    expect(ended.stderr).toContain('USAGE')
  })

  it('with half a command prints the help of that half to standard error', async () => {
    const ended = await shell.run(['app'])
    expect(ended).toMatchObject({ exitCode: 2, stdout: '' })
    expect(ended.stderr).toContain('app deploy')
  })

  it.each([
    ['behind the command', ['build', '-o', 'json']],
    ['before the command', ['-o', 'json', 'build']],
    ['in one word', ['build', '--output=json']],
  ])('in JSON, asked for %s, is one short document on standard output', async (_where, args) => {
    const ended = await shell.run(args)
    expect(JSON.parse(ended.stdout)).toEqual({
      success: false,
      error: {
        code: 'PROJECT_NOT_FOUND',
        message: 'Cannot find a project: there is no <folder>/wasmcloud.toml',
        hint: 'Run this in the folder of a project, or create one: washi new component hello',
      },
    })
    expect(ended).toMatchObject({ exitCode: 2, stderr: '' })
  })

  it('of the parser is JSON as well', async () => {
    const ended = await shell.run(['app', 'list', '--nope', '-o', 'json'])
    expect(JSON.parse(ended.stdout)).toMatchObject({ success: false, error: { code: 'USAGE_INVALID' } })
    expect(ended.stdout.length).toBeLessThan(500)
    expect(ended).toMatchObject({ exitCode: 2, stderr: '' })
  })
})

describe('output', () => {
  let shell: Shell
  beforeAll(async () => {
    shell = await createShell()
  })
  afterAll(() => shell[Symbol.asyncDispose]())

  it('has no colour when piped, and has it when forced', async () => {
    const escape = '\u001b['
    const plain = await shell.run(['build'])
    expect(plain.stderr).not.toContain(escape)
    const forced = await shell.run(['build'], { env: { FORCE_COLOR: '1' } })
    expect(forced.stderr).toContain(escape)
    const refused = await shell.run(['build'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })
    expect(refused.stderr).not.toContain(escape)
  })

  it('of --version is one line, or JSON', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    expect(await shell.run(['--version'])).toEqual({ exitCode: 0, stdout: `washi ${version}`, stderr: '' })
    expect(JSON.parse((await shell.run(['-V', '-o', 'json'])).stdout)).toEqual({ washi: version })
  })

  it('of --help goes to standard output', async () => {
    const root = await shell.run(['--help'])
    expect(root).toMatchObject({ exitCode: 0, stderr: '' })
    expect(root.stdout).toContain('wit2wadm')
    const deploy = await shell.run(['app', 'deploy', '--help'])
    expect(deploy.stdout).toContain('WASMCLOUD_CTL_PORT')
  })

  it('of a command without its lattice names how to start one', async () => {
    const ended = await shell.run(['get', 'hosts', '--ctl-port', '1'])
    expect(ended.exitCode).toBe(1)
    expect(ended.stderr).toContain('Cannot reach the lattice at nats://127.0.0.1:1: connection refused')
    expect(ended.stderr).toContain('hint: washi up -d')
  })
})
