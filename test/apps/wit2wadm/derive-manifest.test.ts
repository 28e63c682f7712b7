import { parseManifest } from '#washi/apps/manifest/parse-manifest.js'
import { validateManifest } from '#washi/apps/manifest/validate-manifest.js'
import { deriveManifest, type DerivedManifest } from '#washi/apps/wit2wadm/derive-manifest.js'
import { describeComponent } from '#washi/component/describe-component.js'
import type { World, WorldItem } from '#washi/wit/model.js'
import { describe, expect, it } from 'vitest'
import { type GuestName, guestNames, readGuest } from '../../support/guests.js'

function derive(world: World, name = 'hello'): DerivedManifest {
  return deriveManifest({ world, name, image: 'file://./build/hello.wasm' })
}

const deriveGuest = (guest: GuestName): DerivedManifest => derive(describeComponent(readGuest(guest)).world)

const interfaceItem = (name: string): WorldItem => ({
  kind: 'interface',
  name,
  functions: [],
  resources: [],
  types: [],
})

/** A world of interfaces without functions. */
function worldOf(imports: readonly string[], exports: readonly string[] = []): World {
  return { imports: imports.map(interfaceItem), exports: exports.map(interfaceItem) }
}

function read(text: string) {
  return parseManifest(text, 'wadm.yaml').manifest
}

/** The manifest after its reader has uncommented what is commented out, except prose. */
function uncomment(text: string): string {
  const yaml =
    /^(\s*)# ((?:- | {2})*(?:type|properties|target|name|namespace|package|interfaces|image|config|traits):?.*|- (?:type|name):.*)$/
  return text
    .split('\n')
    .map((line) => line.replace(yaml, '$1$2'))
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
}

describe('deriveManifest()', () => {
  it.each(guestNames)('derives a valid manifest of %s', async (guest) => {
    const { text, warnings } = deriveGuest(guest)
    expect(validateManifest(read(text))).toEqual([])
    await expect(
      `${text}\n# Warnings:\n${warnings.map((line) => `# ${line}\n`).join('')}`,
    ).toMatchFileSnapshot(`../../fixtures/wit2wadm/${guest}.yaml`)
  })

  it.each(guestNames)('accounts for every import and export of %s', (guest) => {
    const { world } = describeComponent(readGuest(guest))
    const { text } = derive(world)
    for (const item of [...world.imports, ...world.exports]) {
      const [, packageName = '', name = ''] = /:(.*)\/([^@]*)/.exec(item.name) ?? []
      const isListed = text.includes(`#   ${item.name}`)
      const isLinked = new RegExp(`package: ${packageName}\\n.*interfaces: \\[.*\\b${name}\\b.*\\]`).test(
        text,
      )
      expect({ item: item.name, accounted: isListed || isLinked }).toEqual({
        item: item.name,
        accounted: true,
      })
    }
  })

  it('opens a loopback port for a component that handles HTTP', () => {
    const { text, warnings } = deriveGuest('http-hello')
    const { components } = read(text).spec
    expect(components).toMatchObject([
      { name: 'hello', type: 'component', properties: { image: 'file://./build/hello.wasm' } },
      {
        name: 'httpserver',
        type: 'capability',
        properties: { image: 'ghcr.io/wasmcloud/http-server:0.28.0' },
      },
    ])
    expect(JSON.stringify(components[1])).toContain('"address":"127.0.0.1:8000"')
    expect(warnings).toEqual([])
  })

  it('writes the same text for the same component, whatever the order of its imports', () => {
    const { imports, exports } = describeComponent(readGuest('kv-counter')).world
    expect(derive({ imports: [...imports].reverse(), exports }).text).toBe(deriveGuest('kv-counter').text)
  })

  it('links outgoing HTTP, and says who may not need it', () => {
    const { text, warnings } = deriveGuest('outgoing')
    expect(warnings).toEqual([])
    expect(text).toContain('# Components written in JavaScript or Python import it')
    const manifest = read(text)
    expect(manifest.spec.components.map((component) => component.name)).toEqual([
      'hello',
      'httpserver',
      'httpclient',
    ])
    expect(JSON.stringify(manifest.spec.components[0])).toContain('"outgoing-handler"')
  })

  it('deploys a JavaScript guest, which imports most of WASI, with providers for HTTP only', () => {
    const wasi = [
      'io/poll',
      'io/streams',
      'clocks/wall-clock',
      'cli/stdout',
      'cli/terminal-stdout',
      'random/random',
    ]
    const more = [
      'filesystem/types',
      'filesystem/preopens',
      'http/types',
      'http/outgoing-handler',
      'sockets/tcp',
    ]
    const world = worldOf(
      [...wasi, ...more].map((name) => `wasi:${name}@0.2.10`),
      ['wasi:http/incoming-handler@0.2.10'],
    )
    const { text, warnings } = derive(world)
    expect(read(text).spec.components.map((component) => component.name)).toEqual([
      'hello',
      'httpserver',
      'httpclient',
    ])
    expect(warnings).toEqual([])
  })

  it('uses one provider for messages in both directions', () => {
    const { components } = read(deriveGuest('messaging-echo').text).spec
    expect(components.map((component) => component.name)).toEqual(['hello', 'messaging'])
    expect(JSON.stringify(components[1])).toContain('"subscriptions":"wasmcloud.dev"')
  })

  it('merges the versions and interfaces of a package into one link', () => {
    const { text } = derive(
      worldOf([
        'wasi:keyvalue/batch@0.2.0-draft',
        'wasi:keyvalue/store@0.2.0-draft',
        'wasi:keyvalue/store@0.2.0-draft2',
      ]),
    )
    expect(text).toContain('interfaces: [store, batch]')
    expect(validateManifest(read(text))).toEqual([])
  })

  it('writes a commented link and a warning for what no known provider serves', () => {
    const { text, warnings } = derive(worldOf(['acme:billing/invoices@1.0.0', 'acme:billing/accounts@1.0.0']))
    expect(warnings).toEqual([
      'No known provider serves acme:billing/{accounts, invoices}: complete the commented link in the manifest',
    ])
    expect(text).toContain('        #     interfaces: [accounts, invoices]\n')
    const traits = JSON.stringify(read(uncomment(text)).spec.components[0])
    expect(traits).toContain('"package":"billing"')
  })

  it('warns of exports that nothing calls and of functions that no link can connect', () => {
    const world = worldOf([], ['acme:billing/invoices@1.0.0'])
    const func = { name: 'log', binding: { kind: 'free' }, params: [] } as const
    const { warnings } = derive({ ...world, imports: [{ kind: 'function', name: 'log', function: func }] })
    expect(warnings).toEqual([
      'The component imports "log", which has no package: no link can connect it',
      'No known provider calls acme:billing/invoices: nothing in the manifest uses it',
    ])
  })

  it('keeps the names of component and provider apart', () => {
    const world = worldOf([], ['wasi:http/incoming-handler@0.2.0'])
    const { text } = derive(world, 'httpserver')
    expect(validateManifest(read(text))).toEqual([])
    expect(read(text).spec.components.map((component) => component.name)).toEqual([
      'httpserver',
      'httpserver-provider',
    ])
  })

  it('writes version and description, quoted where YAML would read something else', () => {
    const { text } = deriveManifest({
      world: worldOf([]),
      name: 'hello',
      image: 'file:///a folder/#1: x.wasm',
      version: '1.0',
      description: 'yes: it\'s "quoted"\u2028\n# no comment',
    })
    const { metadata, spec } = read(text)
    expect(metadata.annotations).toEqual({
      version: '1.0',
      description: 'yes: it\'s "quoted"\u2028\n# no comment',
    })
    expect(spec.components[0]).toMatchObject({ properties: { image: 'file:///a folder/#1: x.wasm' } })
  })

  it.each(['', 'a b', 'a.b', 'a/b', 'a\nb'])('refuses the name %j', (name) => {
    expect(() => derive(worldOf([]), name)).toThrow(expect.objectContaining({ code: 'USAGE_INVALID' }))
  })

  it('refuses the version "latest", as wadm does', () => {
    const run = (): unknown =>
      deriveManifest({ world: worldOf([]), name: 'a', image: 'b', version: 'latest' })
    expect(run).toThrow(expect.objectContaining({ code: 'USAGE_INVALID' }))
  })
})
