import { readdirSync, readFileSync } from 'node:fs'
import { describeComponent } from '#washi/component/describe-component.js'
import type { WitInterface } from '#washi/wit/model.js'
import { describe, expect, it } from 'vitest'
import { guestNames, readGuest } from '../support/guests.js'
import { parseWat } from '../support/wasm-tools.js'
import { signaturesOfWit } from '../support/wit-signatures.js'
import { signaturesOfWorld } from '../support/world-signatures.js'

function interfaceOf(guest: (typeof guestNames)[number], name: string): WitInterface {
  const { imports, exports } = describeComponent(readGuest(guest)).world
  const found = [...imports, ...exports].find((item) => item.name === name)
  if (found?.kind !== 'interface') throw new Error(`${guest} has no interface ${name}`)
  return found
}

/** Every function of the WIT packages that the guests were built from. */
function knownSignatures(): ReadonlySet<string> {
  const folder = new URL('../fixtures/components/wit/deps/', import.meta.url)
  const packages = readdirSync(folder).map((name) =>
    readFileSync(new URL(`${name}/package.wit`, folder), 'utf8'),
  )
  return new Set(signaturesOfWit(packages))
}

describe('describeComponent()', () => {
  const known = knownSignatures()

  it.each(guestNames)(
    'reads the functions and types of %s as they stand in the WIT that it was built from',
    (guest) => {
      const signatures = signaturesOfWorld(describeComponent(readGuest(guest)).world)
      const unknown = signatures
        .map((signature) => signature.replace(/^(import|export) /, ''))
        .filter((signature) => !known.has(signature))
      expect(unknown).toEqual([])
      expect(signatures.length).toBeGreaterThan(0)
    },
  )

  it('reads every function of an interface that a guest exports', () => {
    const exported = signaturesOfWorld(describeComponent(readGuest('echo-types')).world)
    const all = [...known].filter((signature) => signature.startsWith('test:types/'))
    expect(exported.map((signature) => signature.replace('export ', '')).sort()).toEqual(all.sort())
  })

  it.each(guestNames)('describes the world of %s as before', async (guest) => {
    const { world } = describeComponent(readGuest(guest))
    await expect(`${signaturesOfWorld(world).join('\n')}\n`).toMatchFileSnapshot(`worlds/${guest}.txt`)
  })

  it('keeps imports and exports in the order of the binary', () => {
    const { imports, exports } = describeComponent(readGuest('kv-counter')).world
    expect(imports.map((item) => item.name)).toEqual([
      'wasi:keyvalue/store@0.2.0-draft',
      'wasi:keyvalue/atomics@0.2.0-draft',
      'wasi:keyvalue/batch@0.2.0-draft',
      'wasi:config/store@0.2.0-draft',
      'wasi:logging/logging@0.1.0-draft',
      'wasmcloud:bus/lattice@1.0.0',
      'wasi:io/error@0.2.0',
      'wasi:io/streams@0.2.0',
      'wasi:http/types@0.2.0',
    ])
    expect(exports.map((item) => item.name)).toEqual(['wasi:http/incoming-handler@0.2.0'])
  })

  it('names the types of an interface once, in their order, with the interface that owns them', () => {
    const { types } = interfaceOf('echo-types', 'test:types/echo@0.1.0')
    expect(types.map((type) => `${type.kind} ${'name' in type ? type.name : ''}`)).toEqual([
      'record point',
      'record label',
      'record shape',
      'variant message',
      'enum color',
      'flags permissions',
    ])
    expect(types.every((type) => 'interface' in type && type.interface === 'test:types/echo@0.1.0')).toBe(
      true,
    )
  })

  it('leaves types and resources with the interface that defines them where others use them', () => {
    const { resources, types } = interfaceOf('http-hello', 'wasi:http/incoming-handler@0.2.0')
    expect({ resources, types }).toEqual({ resources: [], types: [] })
    const streams = interfaceOf('http-hello', 'wasi:io/streams@0.2.0')
    expect(streams.resources).toEqual(['input-stream', 'output-stream'])
  })

  it('tells methods, constructors and statics from free functions', () => {
    const { functions, resources } = interfaceOf('echo-types', 'test:types/counters@0.1.0')
    expect(resources).toEqual(['counter'])
    expect(functions.map(({ name, binding }) => [name, binding])).toEqual([
      ['[constructor]counter', { kind: 'constructor', resource: 'counter' }],
      ['[method]counter.increment', { kind: 'method', resource: 'counter' }],
      ['[static]counter.sum', { kind: 'static', resource: 'counter' }],
    ])
  })

  it('describes functions that the world itself imports', () => {
    const { world } = describeComponent(parseWat('(component (import "log" (func (param "text" string))))'))
    expect(world).toEqual({
      imports: [
        {
          kind: 'function',
          name: 'log',
          function: {
            name: 'log',
            binding: { kind: 'free' },
            params: [{ name: 'text', type: { kind: 'string' } }],
          },
        },
      ],
      exports: [],
    })
  })

  it('describes worlds that can be written as JSON', () => {
    const { world } = describeComponent(readGuest('types-caller'))
    expect(JSON.parse(JSON.stringify(world))).toEqual(world)
  })

  it('lists custom sections with the range of their bytes', () => {
    const bytes = readGuest('pong')
    const sections = describeComponent(bytes).customSections
    expect(sections.map((section) => section.name)).toEqual(['component-name', 'producers'])
    expect(sections.every(({ start, end }) => start <= end && end <= bytes.length)).toBe(true)
  })
})
