import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { toDesiredApplication } from '#washi/apps/planner/desired.js'
import { parseManifestText } from '../../support/app-kit.js'

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/apps/manifests/wadm-fixtures/${name}`, import.meta.url), 'utf8')

describe('toDesiredApplication()', () => {
  it('gives scalers the ids of wadm, in its order', () => {
    const { scalers } = toDesiredApplication(parseManifestText(fixture('oam/hello.yaml')), 1)
    expect(scalers.map(({ id, name }) => [id, name])).toEqual([
      ['a648fe966cbdb0a0dee3252a416f824858bbf0c1a24be850ef632626ddbb5133', 'hello_world-http_component'],
      [
        '9f9ce557bc021f4b626ed153948c4615dfdcf606473a84007d670a035b229008',
        'hello_world-httpserver -(wasi:http)-> hello_world-http_component',
      ],
      ['e82e835acda294f1a3d9cb66c0dfc8619c82fa836a1e30142d5d2b607357fc86', 'hello_world-httpserver'],
    ])
  })

  it('gives links the ids that a real wadm has put into its statuses', () => {
    const lines = readFileSync(new URL('../../fixtures/apps/api.jsonl', import.meta.url), 'utf8')
      .trim()
      .split('\n')
    const exchanges = lines.map(
      (line) => JSON.parse(line) as { subject: string; json?: object; response: never },
    )
    const put = exchanges.find(
      ({ subject, json }) => subject.endsWith('model.put') && json && 'metadata' in json,
    )
    const status = exchanges
      .map(({ response }) => (response as { status?: { scalers?: readonly { id: string }[] } }).status)
      .find((each) => each?.scalers?.length === 3)
    const { scalers } = toDesiredApplication(parseManifestText(JSON.stringify(put?.json)), 1)
    // The images of the recording were renamed afterwards, and the other ids hold them.
    expect(scalers[1]?.id).toBe(status?.scalers?.[1]?.id)
  })

  it('stores where secrets are found, as wadm does, and lists them behind the configs', () => {
    const text = readFileSync(
      new URL('../../fixtures/apps/manifests/edge/130-policy-ok.yaml', import.meta.url),
      'utf8',
    )
    const { scalers } = toDesiredApplication(parseManifestText(text), 1)
    const secrets = scalers.flatMap(({ configs }) => configs).filter(({ name }) => name.startsWith('SECRET_'))
    expect(secrets).toMatchInlineSnapshot(`
      [
        {
          "name": "SECRET_app-s",
          "values": {
            "backend": "nats-kv",
            "field": "f",
            "key": "k",
            "name": "s",
            "policy": "{"type":"properties.secret.wasmcloud.dev/v1alpha1","properties":{"num":"1"}}",
            "type": "secret.wasmcloud.dev/v1alpha1",
            "version": "v1",
          },
        },
      ]
    `)
  })
})
