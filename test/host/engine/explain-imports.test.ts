import { describe, expect, it } from 'vitest'
import { describeComponent } from '#washi/component/describe-component.js'
import { explainImports } from '#washi/host/engine/explain-imports.js'
import type { WitFunction, World, WorldItem } from '#washi/wit/model.js'
import { startTestPool } from '../../support/guest-pool-kit.js'
import { guestNames, readGuest } from '../../support/guests.js'
import { dummyComponent } from '../../support/wasm-tools.js'
import { wasiImports, wasiWorld } from '../../support/wasi-wit.js'

const free = { kind: 'free' } as const

function worldOf(...imports: WorldItem[]): World {
  return { imports, exports: [] }
}

function interfaceOf(name: string, ...functions: (string | WitFunction)[]): WorldItem {
  return {
    kind: 'interface',
    name,
    functions: functions.map((one) =>
      typeof one === 'string' ? { name: one, binding: free, params: [] } : one,
    ),
    resources: [],
    types: [],
  }
}

describe('explainImports()', () => {
  it('finds everything of WASI 0.2 built in, each of its functions, but for requests of HTTP', () => {
    const world = describeComponent(dummyComponent(wasiWorld(wasiImports), 'guest')).world
    const functions = world.imports.flatMap((item) => (item.kind === 'interface' ? item.functions : []))
    expect(functions.length).toBeGreaterThan(170)
    const others = explainImports(world).filter(({ kind }) => kind !== 'built-in')
    expect(others).toEqual([
      { kind: 'link', name: 'wasi:http/outgoing-handler@0.2.12', link: 'wasi:http/outgoing-handler' },
    ])
  })

  it.each([
    ['kv-counter', ['wasi:keyvalue/store', 'wasi:keyvalue/atomics', 'wasi:keyvalue/batch']],
    ['messaging-echo', ['wasmcloud:messaging/consumer']],
    ['ping', ['test:pingpong/pingpong']],
    ['types-caller', ['test:types/echo']],
    ['outgoing', ['wasi:http/outgoing-handler']],
    ['secrets-config', []],
    ['cli-run', []],
    ['trouble', []],
  ] as const)('says what %s needs links for', (guest, links) => {
    const explained = explainImports(describeComponent(readGuest(guest)).world)
    expect(explained.flatMap((one) => (one.kind === 'link' ? one.link : []))).toEqual(links)
  })

  it('sends all of a blobstore over one link', () => {
    const explained = explainImports(describeComponent(readGuest('blob')).world)
    const links = explained.flatMap((one) => (one.kind === 'link' ? one.link : []))
    expect(new Set(links)).toEqual(new Set(['wasi:blobstore/blobstore']))
  })

  it.each(guestNames)('finds nothing in %s that cannot be satisfied', (guest) => {
    const explained = explainImports(describeComponent(readGuest(guest)).world)
    expect(explained.filter(({ kind }) => kind === 'unsatisfiable')).toEqual([])
  })

  it.each([
    ['wasi:config/store@0.3.0', 'washi serves 0.2.0-draft, 0.2.0-draft-2024-09-27 and 0.2.0-rc.1'],
    ['wasi:http/types@0.3.0', 'washi serves 0.2.x'],
    ['wasi:http/types@0.2.0-rc-2023-12-05', 'washi serves 0.2.x'],
    ['wasi:keyvalue/store@0.2.0-draft2', 'washi serves 0.2.0-draft'],
    ['wasi:logging/logging@0.1.0', 'washi serves without version and 0.1.0-draft'],
    ['wasmcloud:bus/lattice@3.0.0', 'washi serves 1.0.0 and 2.0.0'],
  ])('names the versions that there are instead of %s', (name, reason) => {
    expect(explainImports(worldOf(interfaceOf(name, 'get')))).toEqual([
      { kind: 'unsatisfiable', name, reason },
    ])
  })

  it('names every function that is lacking', () => {
    const name = 'wasi:http/types@0.2.99'
    const world = worldOf(
      interfaceOf(name, 'http-error-code', '[method]fields.sort', '[static]fields.of', 'x'),
    )
    expect(explainImports(world)).toEqual([
      {
        kind: 'unsatisfiable',
        name,
        reason: 'washi serves wasi:http/types, but not its [method]fields.sort, [static]fields.of and x',
      },
    ])
  })

  it('refuses what no link can be made for', () => {
    const stream = { name: 'input-stream', interface: 'wasi:io/streams@0.2.3' }
    const put: WitFunction = {
      name: 'put',
      binding: free,
      params: [{ name: 'data', type: { kind: 'option', element: { kind: 'own', resource: stream } } }],
    }
    const world = worldOf(
      { kind: 'function', name: 'run', function: { name: 'run', binding: free, params: [] } },
      interfaceOf('inline', 'call'),
      interfaceOf('test:files/store@1.0.0', 'get', put),
      interfaceOf('test:files/types@1.0.0'),
    )
    expect(explainImports(world)).toMatchObject([
      { kind: 'unsatisfiable', reason: expect.stringContaining('function "run" belongs to no interface') },
      { kind: 'unsatisfiable', reason: expect.stringContaining('"inline" belongs to no package') },
      { kind: 'unsatisfiable', reason: 'resources cannot cross a link, as they would have to for put' },
      { kind: 'built-in', name: 'test:files/types@1.0.0' },
    ])
  })
})

describe('startGuestPool()', () => {
  it('refuses a component with imports that nothing can satisfy, and names them all', async () => {
    const wit = `
      package test:guest;
      world guest {
        import wasi:config/store@0.3.0;
        import wasi:random/random@0.2.99;
        import run: func();
        import test:files/store@1.0.0;
      }
      package wasi:config@0.3.0 { interface store { get: func() -> string; } }
      package wasi:random@0.2.99 { interface random { get-random-u64: func() -> u64; roll-dice: func() -> u8; } }
      package test:files@1.0.0 { interface store { get: func() -> string; } }`
    await expect(startTestPool(dummyComponent(wit, 'guest'))).rejects.toMatchObject({
      code: 'COMPONENT_IMPORTS_MISSING',
      message: [
        'Cannot start component "guest": nothing can satisfy its imports wasi:config/store@0.3.0: washi serves 0.2.0-draft, 0.2.0-draft-2024-09-27 and 0.2.0-rc.1',
        'wasi:random/random@0.2.99: washi serves wasi:random/random, but not its roll-dice',
        'run: function "run" belongs to no interface, and links are made for interfaces',
      ].join('; '),
    })
  })
})
