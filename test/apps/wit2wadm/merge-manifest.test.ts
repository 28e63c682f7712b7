import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { examineManifest } from '#washi/apps/examine/examine-manifest.js'
import { parseManifest } from '#washi/apps/manifest/parse-manifest.js'
import { validateManifest } from '#washi/apps/manifest/validate-manifest.js'
import { checkManifest } from '#washi/apps/wit2wadm/check-manifest.js'
import { deriveApplication } from '#washi/apps/wit2wadm/derive-manifest.js'
import { mergeManifest } from '#washi/apps/wit2wadm/merge-manifest.js'
import { planApplication } from '#washi/apps/wit2wadm/plan-application.js'
import type { SourceComponent } from '#washi/apps/wit2wadm/planned-application.js'
import { describeComponent } from '#washi/component/describe-component.js'
import { helloYaml } from '../../support/app-kit.js'
import { guestFile, guestNames, readGuest } from '../../support/guests.js'
import type { GuestName } from '../../support/guests.js'

const component = (guest: GuestName): SourceComponent => ({
  name: guest,
  image: `file://${fileURLToPath(guestFile(guest))}`,
  world: describeComponent(readGuest(guest)).world,
})

describe('deriveApplication() of several components', () => {
  it('links them to each other before it looks for providers', () => {
    const { text, warnings } = deriveApplication({
      name: 'pair',
      components: [component('ping'), component('pong')],
    })
    const { spec } = parseManifest(text, 'f').manifest
    expect(warnings).toEqual([])
    expect(spec.components.map(({ name }) => name)).toEqual(['ping', 'pong', 'httpserver'])
    expect(text).toContain('# It imports test:pingpong/pingpong, which "pong" exports.')
  })

  it('gives each its own names, configs and ports, so that all of them can be deployed', async () => {
    const components = guestNames.map(component)
    const { text } = deriveApplication({ name: 'all', components })
    const parsed = parseManifest(text, 'f')
    expect(validateManifest(parsed.manifest).filter(({ level }) => level === 'error')).toEqual([])
    const advice = await examineManifest(parsed, undefined)
    expect(advice.filter(({ rule }) => rule !== 'import-unlinked')).toEqual([])
  })

  it('takes the provider that was chosen, for a package or for one interface of it', () => {
    const providers = [
      { of: 'wasi:keyvalue/batch', image: 'ghcr.io/acme/batch:1.0.0' },
      { of: 'wasi:keyvalue', image: 'ghcr.io/wasmcloud/keyvalue-redis:0.30.0' },
    ]
    const { text } = deriveApplication({ name: 'chosen', components: [component('kv-counter')], providers })
    const { components } = parseManifest(text, 'f').manifest.spec
    expect(components.map(({ name }) => name)).toEqual([
      'kv-counter',
      'httpserver',
      'batch',
      'keyvalue-redis',
    ])
    expect(text).toContain('interfaces: [atomics, store]')
    expect(text).toContain('interfaces: [batch]')
  })
})

describe('mergeManifest()', () => {
  const mine = `# written by hand
${helloYaml({ image: 'file:///hello.wasm' })}    # the end
`

  it('adds what is missing, and keeps comments, order and what was written by hand', () => {
    const components = [component('kv-counter')]
    const planned = planApplication(components)
    const { text, added } = mergeManifest(mine, 'wadm.yaml', planned)
    expect(added).toEqual([
      'component "kv-counter"',
      'link from "httpserver" to "kv-counter" for wasi:http/incoming-handler',
      'provider "keyvalue"',
    ])
    for (const line of mine.split('\n')) expect(text).toContain(line)
    const parsed = parseManifest(text, 'wadm.yaml')
    expect(validateManifest(parsed.manifest)).toEqual([])
    expect(checkManifest(parsed, components, planned)).toEqual([])
    expect(mergeManifest(text, 'wadm.yaml', planned)).toEqual({ text, added: [] })
  })

  it('takes a component of another name for the same by its image', () => {
    const source: SourceComponent = { ...component('outgoing'), image: 'file:///hello.wasm' }
    const { added } = mergeManifest(mine, 'wadm.yaml', planApplication([source]))
    expect(added).toEqual([
      'link from "http-component" to "httpclient" for wasi:http/outgoing-handler',
      'provider "httpclient"',
    ])
  })

  it.each(guestNames)('has nothing to add to what was derived of %s', (guest) => {
    const components = [component(guest)]
    const { text } = deriveApplication({ name: 'app', components })
    const planned = planApplication(components)
    expect(mergeManifest(text, 'f', planned)).toEqual({ text, added: [] })
  })
})

describe('checkManifest()', () => {
  it('finds what is linked and not there, and what is there and not linked', () => {
    const components = [{ ...component('outgoing'), name: 'http-component' }]
    const text = helloYaml().replace(
      'http\n            interfaces: [incoming-handler]',
      'keyvalue\n            interfaces: [store]',
    )
    const found = checkManifest(parseManifest(text, 'f'), components, planApplication(components))
    expect(found.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^"http-component" does not export wasi:keyvalue\/store; it exports/),
      '"http-component" imports wasi:http/outgoing-handler, and has no link that serves it: its calls will fail',
      '"http-component" exports wasi:http/incoming-handler, and no link calls it',
    ])
  })
})
