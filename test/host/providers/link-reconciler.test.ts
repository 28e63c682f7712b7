import type { Provider, ProviderLink } from '#washi/host/provider.js'
import { LinkReconciler } from '#washi/host/providers/link-reconciler.js'
import type { Link } from '#washi/lattice/control/schemas.js'
import { describe, expect, it } from 'vitest'

const link: Link = {
  ...{ source_id: 'http', target: 'hello', name: 'default', wit_namespace: 'wasi', wit_package: 'http' },
  ...{ interfaces: ['incoming-handler'], source_config: ['web'], target_config: [] },
}

/** A reconciler over one config, and what its provider was told. */
function createKit(onLink: (round: number) => void = () => undefined) {
  const told: string[] = []
  const config = { address: 'first' }
  const nothing = (): Promise<void> => Promise.resolve()
  const provider: Provider = {
    start: nothing,
    linkAsSource: ({ sourceConfig }) => {
      onLink(told.length)
      told.push(`link ${sourceConfig['address']}`)
      return Promise.resolve()
    },
    linkAsTarget: nothing,
    unlink: ({ sourceConfig }) => {
      told.push(`unlink ${sourceConfig['address']}`)
      return Promise.resolve()
    },
    health: () => Promise.resolve({ healthy: true }),
    stop: nothing,
  }
  const reconciler = new LinkReconciler({
    providerId: 'http',
    resolve: () => Promise.resolve(toProviderLink(config)),
    onEstablished: () => undefined,
    onRefused: () => undefined,
    onUnlinkFailure: () => undefined,
  })
  reconciler.want([link])
  return { told, config, reconciler, apply: () => reconciler.apply(provider, { repeatRefusals: false }) }
}

function toProviderLink(config: { readonly address: string }): ProviderLink {
  return {
    ...{ sourceId: 'http', target: 'hello', name: 'default', witNamespace: 'wasi', witPackage: 'http' },
    ...{ interfaces: ['incoming-handler'], sourceConfig: { ...config }, targetConfig: {} },
    ...{ sourceSecrets: {}, targetSecrets: {} },
  }
}

describe('a LinkReconciler', () => {
  it('gives a link once, whatever else changes', async () => {
    const { told, reconciler, apply } = createKit()
    await apply()
    reconciler.configChanged('other')
    await apply()
    expect(told).toEqual(['link first'])
  })

  it('gives a link again with the new values of its config', async () => {
    const { told, config, reconciler, apply } = createKit()
    await apply()
    config.address = 'second'
    reconciler.configChanged('web')
    await apply()
    expect(told).toEqual(['link first', 'unlink first', 'link second'])
  })

  it('does not miss a config that changes while the provider takes the link', async () => {
    const kit = createKit((round) => {
      if (round > 0) return
      kit.config.address = 'second'
      kit.reconciler.configChanged('web')
    })
    await kit.apply()
    await kit.apply()
    expect(kit.told).toEqual(['link first', 'unlink first', 'link second'])
  })
})
