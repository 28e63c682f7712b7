import type { ProviderDefinition } from '../../host/provider.js'
import { keyValueInterfaces, keyValueWire } from '../support/answer-key-value.js'
import { KeyValueProvider } from '../support/key-value-provider.js'
import { openVault } from './open-vault.js'
import { parseVaultSettings } from './settings.js'

/** wasmCloud's keyvalue-vault in this process. */
export const keyValueVault: ProviderDefinition = {
  name: 'keyvalue-vault',
  calls: [],
  serves: keyValueInterfaces,
  wire: keyValueWire,
  create(context) {
    const own = { config: context.config, secrets: context.secrets }
    parseVaultSettings(own, {
      owner: `the provider "${context.providerId}"`,
      code: 'PROVIDER_CONFIG_INVALID',
    })
    return new KeyValueProvider(context, {
      name: 'keyvalue-vault',
      open: async ({ sourceId, targetConfig, targetSecrets }) => {
        const isOwn = Object.keys(targetConfig).length + Object.keys(targetSecrets).length > 0
        const values = isOwn ? { config: targetConfig, secrets: targetSecrets } : own
        const settings = parseVaultSettings(values, { owner: `the link from "${sourceId}"` })
        return await openVault(settings, context.log)
      },
    })
  },
}
