import type { ProviderDefinition } from '../../host/provider.js'
import { keyValueInterfaces, keyValueWire } from '../support/answer-key-value.js'
import { KeyValueProvider } from '../support/key-value-provider.js'
import { openConsul } from './open-consul.js'
import { parseConsulSettings } from './settings.js'

/** Stores in Consul's key-value tree; wasmCloud 1.x has no such provider. */
export const keyValueConsul: ProviderDefinition = {
  name: 'keyvalue-consul',
  calls: [],
  serves: keyValueInterfaces,
  wire: keyValueWire,
  create(context) {
    const own = { config: context.config, secrets: context.secrets }
    parseConsulSettings(own, {
      owner: `the provider "${context.providerId}"`,
      code: 'PROVIDER_CONFIG_INVALID',
    })
    return new KeyValueProvider(context, {
      name: 'keyvalue-consul',
      open: async ({ sourceId, targetConfig, targetSecrets }) => {
        const isOwn = Object.keys(targetConfig).length + Object.keys(targetSecrets).length > 0
        const values = isOwn ? { config: targetConfig, secrets: targetSecrets } : own
        return await openConsul(parseConsulSettings(values, { owner: `the link from "${sourceId}"` }))
      },
    })
  },
}
