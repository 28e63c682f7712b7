import type { ProviderDefinition } from '../../host/provider.js'
import { keyValueInterfaces, keyValueWire } from '../support/answer-key-value.js'
import { KeyValueNats } from './keyvalue-nats.js'
import { parseNatsBucket } from './settings.js'

/** wasmCloud's keyvalue-nats in this process. */
export const keyValueNats: ProviderDefinition = {
  name: 'keyvalue-nats',
  calls: [],
  serves: keyValueInterfaces,
  wire: keyValueWire,
  create(context) {
    const owner = `the provider "${context.providerId}"`
    parseNatsBucket({ config: context.config, owner, code: 'PROVIDER_CONFIG_INVALID' })
    return new KeyValueNats(context)
  },
}
