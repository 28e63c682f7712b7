import { toModernLink } from '#washi/lattice/operations/older-link.js'
import { describe, expect, it } from 'vitest'

const older = { component: 'hello', provider: 'prov', name: 'default' }

describe('toModernLink()', () => {
  it('turns an http server round, with its values as source config', () => {
    const contract = 'wasmcloud:httpserver'
    expect(toModernLink({ ...older, contract, values: { port: '8080' } })).toEqual({
      link: {
        ...{
          source_id: 'prov',
          target: 'hello',
          name: 'default',
          wit_namespace: 'wasi',
          wit_package: 'http',
        },
        ...{
          interfaces: ['incoming-handler'],
          source_config: ['hello-prov-http-default'],
          target_config: [],
        },
      },
      config: { name: 'hello-prov-http-default', values: { address: '127.0.0.1:8080' } },
    })
  })

  it('keeps the direction of a store, and needs no config where there are no values', () => {
    const { link, config } = toModernLink({ ...older, contract: 'wasmcloud:keyvalue', values: {} })
    expect(link).toMatchObject({ source_id: 'hello', target: 'prov', interfaces: ['store', 'atomics'] })
    expect(config).toBeUndefined()
  })

  it('refuses what has two meanings or none today, with the new form spelled out', () => {
    expect(() => toModernLink({ ...older, contract: 'wasmcloud:messaging', values: {} })).toThrow(
      expect.objectContaining({
        code: 'USAGE_INVALID',
        hint: expect.stringContaining(
          'washi link put hello prov wasmcloud messaging --interface consumer, and for what arrives: washi link put prov hello wasmcloud messaging --interface handler',
        ) as string,
      }),
    )
    expect(() => toModernLink({ ...older, contract: 'acme:thing', values: {} })).toThrow('acme:thing')
  })
})
