import type { ProviderDefinition } from '../../host/provider.js'
import { keyValueInterfaces, keyValueWire } from '../support/answer-key-value.js'
import { KeyValueRedis } from './keyvalue-redis.js'
import { parseProviderSettings } from './settings.js'

/** wasmCloud's keyvalue-redis in this process. */
export const keyValueRedis: ProviderDefinition = {
  name: 'keyvalue-redis',
  calls: [],
  serves: keyValueInterfaces,
  wire: keyValueWire,
  create: (context) => new KeyValueRedis(context, parseProviderSettings(context)),
}
