import { describe, expect, it } from 'vitest'
import { findUnsupported } from '#washi/apps/support/find-unsupported.js'
import { helloYaml, parseManifestText } from '../../support/app-kit.js'

const reasonsOf = (text: string): readonly string[] =>
  findUnsupported(parseManifestText(text)).map(({ reason }) => reason)

describe('findUnsupported()', () => {
  it('finds nothing in a component behind an http-server', () => {
    expect(reasonsOf(helloYaml())).toEqual([])
    expect(reasonsOf(helloYaml({ provider: 'wasmcloud+builtin://http-server' }))).toEqual([])
    expect(reasonsOf(helloYaml().replace('spreadscaler', 'daemonscaler'))).toEqual([])
  })

  it.each([
    ['an image of a registry', helloYaml({ image: 'ghcr.io/a/b:1' }), /registries do not$/],
    ['a relative path', helloYaml({ image: 'file://b.wasm' }), /a path must be absolute/],
    [
      'another provider',
      helloYaml({ provider: 'ghcr.io/wasmcloud/sqldb-postgres:0.10.0' }),
      /only these providers work yet/,
    ],
    ['a provider archive', helloYaml({ provider: 'file:///p.par.gz' }), /only these providers work yet/],
    [
      'another registry',
      helloYaml({ provider: 'ghcr.io/evil/http-server:1' }),
      /only these providers work yet/,
    ],
    [
      'another interface',
      helloYaml().replace('[incoming-handler]', '[outgoing-handler]'),
      /wasi:http\/outgoing-handler/,
    ],
    ['no scaler', helloYaml().replace('spreadscaler', 'fancyscaler'), /it would never run$/],
    [
      'an instance policy',
      helloYaml().replace('    version:', '    washi.dev/instance-policy: old\n    version:'),
      /it can be fresh or reuse$/,
    ],
    [
      'a secret',
      helloYaml().replace('        image: file', secret),
      /uses the secret "s": secrets do not work yet/,
    ],
    ['a shared component', helloYaml().replace(/image: ghcr.*/, shared), /shared components do not work yet/],
    [
      'a link between providers',
      helloYaml().replace('type: component', 'type: capability'),
      /links from capability to capability do not work yet/,
    ],
  ])('refuses %s in one sentence', (_what, text, reason) => {
    expect(reasonsOf(text)).toContainEqual(expect.stringMatching(reason))
  })
})

const secret = `        secrets:
          - name: s
            properties: { policy: p, key: k }
        image: file`
const shared = 'application: { name: other, component: server }'
