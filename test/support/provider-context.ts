import { silentLogger } from '#washi/core/log.js'
import type { ProviderContext } from '#washi/host/provider.js'

/** What a host lends to a provider, without a host: what the test does not give is refused. */
export function providerContext(given: Partial<ProviderContext> = {}): ProviderContext {
  return {
    providerId: 'provider',
    config: {},
    secrets: {},
    links: async () => [],
    log: silentLogger,
    httpTarget: () => {
      throw new Error('the test has no target')
    },
    call: async () => {
      throw new Error('the test has no target')
    },
    bus: { url: 'nats://127.0.0.1:1', jsDomain: undefined },
    ...given,
  }
}
