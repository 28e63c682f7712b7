import type { ProviderDefinition } from '../../host/provider.js'
import { readConfig } from '../support/config-keys.js'
import { keyValueInterfaces, keyValueWire } from '../support/answer-key-value.js'
import { KeyValueMemory } from './keyvalue-memory.js'

/** A key-value store in the memory of the host, for development and tests. */
export const keyValueMemory: ProviderDefinition = {
  name: 'keyvalue-memory',
  calls: [],
  serves: keyValueInterfaces,
  wire: keyValueWire,
  create(context) {
    const owner = `the provider "${context.providerId}"`
    const code = 'PROVIDER_CONFIG_INVALID'
    readConfig(context.config, { provider: 'keyvalue-memory', owner, keys: [], ignoresCase: true, code })
    return new KeyValueMemory(context)
  },
}
