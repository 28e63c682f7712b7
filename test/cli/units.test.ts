import { AppError } from '#washi/core/errors.js'
import { readCommandLine } from '#washi/cli/argv.js'
import { nameOfFile, imageOfFile } from '#washi/cli/component-file.js'
import { findCommand } from '#washi/cli/find-command.js'
import { toUpArguments, toUpEnvironment } from '#washi/cli/flags/up-flags.js'
import type { UpFlags } from '#washi/cli/flags/up-flags.js'
import { parseKeyValues } from '#washi/cli/key-values.js'
import { renderError, toErrorDocument } from '#washi/cli/render/error.js'
import { renderTable } from '#washi/cli/render/table.js'
import { renderWorld, toWorldDocument } from '#washi/cli/render/world.js'
import { editDistance, suggest } from '#washi/core/suggest.js'
import { createPalette, wantsColour } from '#washi/cli/terminal/palette.js'
import { createProgress } from '#washi/cli/terminal/progress.js'
import { describe, expect, it } from 'vitest'

const plain = { palette: createPalette(false), cwd: '/home/me' }

describe('renderError()', () => {
  it('puts the place below the message, relative to the working directory, and the hint last', () => {
    const error = new AppError('MANIFEST_INVALID', 'Cannot read "wadm.yaml"', {
      place: { file: '/home/me/app/wadm.yaml', line: 3, column: 7 },
      hint: 'Mend it',
    })
    expect(renderError(error, plain)).toBe(
      'error: Cannot read "wadm.yaml"\n   at: app/wadm.yaml:3:7\n hint: Mend it',
    )
  })

  it('keeps the full path of a file elsewhere', () => {
    const error = new AppError('MANIFEST_INVALID', 'No', { place: { file: '/other/wadm.yaml' } })
    expect(renderError(error, plain)).toBe('error: No\n   at: /other/wadm.yaml')
  })
})

describe('renderWorld()', () => {
  const inspected = {
    bytes: 2048,
    world: { imports: [], exports: [{ kind: 'interface', name: 'a:b/c@1.0.0' }] } as never,
    imports: [
      { kind: 'built-in', name: 'wasi:io/poll@0.2.0' },
      { kind: 'link', name: 'a:b/d@1.0.0', link: 'a:b/d' },
      { kind: 'unsatisfiable', name: 'wasi:io/poll@0.3.0', reason: 'washi serves 0.2.x' },
    ],
  } as const

  it('says what satisfies each import', () => {
    expect(renderWorld(inspected).split('\n')).toEqual([
      'Component, 2 KiB',
      '',
      'Imports',
      '  wasi:io/poll@0.2.0  built in',
      '  a:b/d@1.0.0         link for a:b/d',
      '  wasi:io/poll@0.3.0  cannot be satisfied: washi serves 0.2.x',
      '',
      'Exports',
      '  a:b/c@1.0.0',
    ])
  })

  it('says so to programs, too', () => {
    expect(toWorldDocument(inspected)).toEqual({
      bytes: 2048,
      imports: ['wasi:io/poll@0.2.0', 'a:b/d@1.0.0', 'wasi:io/poll@0.3.0'],
      exports: ['a:b/c@1.0.0'],
      satisfiedBy: inspected.imports,
    })
  })
})

describe('toErrorDocument()', () => {
  it('holds code, message, hint and place', () => {
    const place = { file: 'a.yaml', line: 1 }
    const document = toErrorDocument(new AppError('MANIFEST_INVALID', 'No', { hint: 'Do', place }))
    expect(document).toEqual({
      success: false,
      error: { code: 'MANIFEST_INVALID', message: 'No', hint: 'Do', place },
    })
  })
})

describe('readCommandLine()', () => {
  it('moves leading global flags behind the command', () => {
    expect(readCommandLine(['-o', 'json', 'get', 'hosts', '-p', '1'])).toEqual({
      argv: ['get', 'hosts', '-o', 'json', '-p', '1'],
      output: 'json',
      debug: false,
    })
  })

  it('ignores what stands behind --', () => {
    expect(readCommandLine(['app', 'status', '--', '-o', 'json']).output).toBe('text')
  })
})

describe('findCommand()', () => {
  const commands = ['app:deploy', 'app:list', 'build', 'new:component']

  it('finds the longest command and leaves its arguments', () => {
    expect(findCommand(['app', 'deploy', 'a.yaml', '-x', 'y'], { commands })).toEqual({
      kind: 'command',
      id: 'app:deploy',
      argv: ['a.yaml', '-x', 'y'],
    })
  })

  it('knows a group from a command', () => {
    expect(findCommand(['app'], { commands })).toEqual({ kind: 'group', id: 'app' })
  })

  it('suggests within the group', () => {
    expect(() => findCommand(['app', 'lsit'], { commands })).toThrow('Unknown command "washi app lsit"')
  })
})

describe('suggest()', () => {
  it('takes the nearest, and nothing that is far', () => {
    expect(suggest('deplyo', ['delete', 'deploy', 'list'])).toBe('deploy')
    expect(suggest('xyz', ['delete', 'deploy', 'list'])).toBeUndefined()
  })

  it('counts a swap of neighbours as one change', () => {
    expect(editDistance('ab', 'ba')).toBe(1)
    expect(editDistance('kitten', 'sitting')).toBe(3)
    expect(editDistance('', 'abc')).toBe(3)
  })
})

describe('wantsColour()', () => {
  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { TERM: 'dumb' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('on a terminal: %s, with %j: %s', (isTTY, env, wanted) => {
    expect(wantsColour(isTTY, env)).toBe(wanted)
  })
})

describe('createProgress()', () => {
  it('writes one line per step where there is no terminal', () => {
    let written = ''
    const progress = createProgress({ ...target(false), write: (text) => (written += text) })
    progress.step('One')
    progress.step('Two')
    progress.done()
    expect(written).toBe('One\nTwo\n')
  })

  it('draws over itself on a terminal, and marks how each step ended', () => {
    let written = ''
    const progress = createProgress({ ...target(true), write: (text) => (written += text) })
    progress.step('One')
    progress.step('Two')
    progress.fail()
    progress.fail()
    const lines = written.split('\n').map((line) => line.split('\r').at(-1)?.replace('\u001b[2K', ''))
    expect(lines).toEqual(['✓ One', '✗ Two', ''])
  })

  function target(isTTY: boolean) {
    return { isTTY, palette: createPalette(false), every: () => () => undefined }
  }
})

describe('renderTable()', () => {
  it('aligns columns and leaves no blanks at the ends', () => {
    expect(
      renderTable([
        ['Name', 'State'],
        ['a', 'x'],
        ['longer', 'yy'],
      ]),
    ).toBe('Name    State\na       x\nlonger  yy')
  })
})

describe('parseKeyValues()', () => {
  it('splits at the first equals sign', () => {
    expect(parseKeyValues(['a=b', 'c=d=e', 'f='])).toEqual({ a: 'b', c: 'd=e', f: '' })
  })

  it('refuses what has none', () => {
    expect(() => parseKeyValues(['=x'])).toThrow('Not of the form key=value: "=x"')
  })
})

describe('a component file', () => {
  it('gives its name to what it holds', () => {
    expect(nameOfFile('build/http_hello_s.wasm')).toBe('http_hello')
    expect(nameOfFile('a b.wasm')).toBe('a-b')
  })

  it('is referred to relative to the manifest where it lies below it', () => {
    expect(imageOfFile('build/a.wasm', '/p')).toBe('file://./build/a.wasm')
    expect(imageOfFile('/elsewhere/a.wasm', '/p')).toBe('file:///elsewhere/a.wasm')
  })
})

describe('toUpArguments()', () => {
  const flags: UpFlags = {
    ...{ 'nats-host': '127.0.0.1', 'nats-port': 1, 'nats-connect-only': true, 'nats-js-domain': 'core' },
    ...{ 'ctl-topic-prefix': 'a.ctl', 'ctl-seed': 'SU-secret', 'rpc-tls-first': true },
    ...{
      lattice: 'l',
      'host-seed': 'SN-secret',
      'secrets-topic': 's',
      label: ['a=b', 'c=d'],
      hosts: 2,
      'multi-local': true,
    },
    'instance-policy': 'reuse',
    colocation: false,
    engine: 'jco',
    'allow-file-load': 'false',
    ...{ 'heartbeat-interval-seconds': 5, 'max-execution-time-ms': 1, 'max-linear-memory-bytes': 2 },
    ...{ 'max-component-size-bytes': 3, 'max-components': 4, 'enable-component-auction': false },
    ...{ 'enable-provider-auction': true, 'policy-timeout-ms': 6 },
    'log-level': 'debug',
  }

  it('repeats every flag but the place and the secrets, which others could see among the arguments', () => {
    expect(toUpArguments(flags)).toEqual([
      ...['--nats-host=127.0.0.1', '--nats-port=1', '--nats-connect-only', '--nats-js-domain=core'],
      ...[
        '--ctl-topic-prefix=a.ctl',
        '--rpc-tls-first',
        '--lattice=l',
        '--secrets-topic=s',
        '--label=a=b',
        '--label=c=d',
        '--hosts=2',
      ],
      ...['--instance-policy=reuse', '--no-colocation', '--engine=jco', '--allow-file-load=false'],
      ...['--heartbeat-interval-seconds=5', '--max-execution-time-ms=1', '--max-linear-memory-bytes=2'],
      ...['--max-component-size-bytes=3', '--max-components=4', '--no-enable-component-auction'],
      ...['--enable-provider-auction', '--policy-timeout-ms=6', '--log-level=debug'],
    ])
  })

  it('leaves the secrets to the environment', () => {
    expect(toUpEnvironment(flags)).toMatchObject({
      WASMCLOUD_HOST_SEED: 'SN-secret',
      WASMCLOUD_CTL_SEED: 'SU-secret',
    })
  })
})
