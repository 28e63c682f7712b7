import { describe, expect, it } from 'vitest'
import { findUnsupported } from '#washi/apps/support/find-unsupported.js'
import { helloYaml, parseManifestText } from '../../support/app-kit.js'

const reasonsOf = (text: string): readonly string[] =>
  findUnsupported(parseManifestText(text)).map(({ reason }) => reason)

describe('findUnsupported()', () => {
  it.each([
    ['an embedded provider', helloYaml()],
    ['a built-in one', helloYaml({ provider: 'wasmcloud+builtin://http-server' })],
    ['a provider archive', helloYaml({ provider: 'file:///p.par.gz' })],
    ['images of registries', helloYaml({ image: 'ghcr.io/a/b:1', provider: 'ghcr.io/a/c:1' })],
    ['a daemonscaler', helloYaml().replace('spreadscaler', 'daemonscaler')],
    ['a shared component', helloYaml().replace(/image: ghcr.*/, shared())],
  ])('has nothing against %s', (_what, text) => {
    expect(reasonsOf(text)).toEqual([])
  })

  it.each([
    ['a relative path', helloYaml({ image: 'file://b.wasm' }), /a path must be absolute/],
    ['no scaler', helloYaml().replace('spreadscaler', 'fancyscaler'), /it would never run$/],
    [
      'an instance policy',
      helloYaml().replace('    version:', '    washi.dev/instance-policy: old\n    version:'),
      /it can be fresh or reuse$/,
    ],
    [
      'a link between providers',
      helloYaml().replace('type: component', 'type: capability'),
      /connects two providers/,
    ],
  ])('refuses %s in one sentence', (_what, text, reason) => {
    expect(reasonsOf(text)).toContainEqual(expect.stringMatching(reason))
  })
})

function shared(): string {
  return 'application: { name: other, component: server }'
}
