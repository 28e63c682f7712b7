import type { ProviderDefinition } from '../../host/provider.js'
import { consumer } from '../../wit/wire/messaging.js'
import { MessagingNats } from './messaging-nats.js'
import { parseMessagingSettings } from './settings.js'

/** wasmCloud's messaging-nats in this process. */
export const messagingNats: ProviderDefinition = {
  name: 'messaging-nats',
  calls: ['wasmcloud:messaging/handler'],
  serves: ['wasmcloud:messaging/consumer'],
  wire: [consumer],
  create(context) {
    const owner = `the provider "${context.providerId}"`
    parseMessagingSettings(context.config, { owner, code: 'PROVIDER_CONFIG_INVALID' })
    return new MessagingNats(context)
  },
}
