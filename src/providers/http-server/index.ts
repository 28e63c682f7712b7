import type { ProviderContext, ProviderDefinition } from '../../host/provider.js'
import { readConfig, type ConfigKeys } from '../support/config-keys.js'
import { AddressMode } from './address-mode.js'
import { parseAddress } from './address.js'
import { HttpServer } from './http-server.js'
import type { RoutingMode } from './routing-mode.js'
import { listenerKeys, parseListenerSettings } from './settings.js'
import { SharedMode } from './shared-mode.js'

/** wasmCloud's http-server in this process, with its three ways to tell components apart. */
export const httpServer: ProviderDefinition = {
  name: 'http-server',
  calls: ['wasi:http/incoming-handler'],
  serves: [],
  create: (context) => new HttpServer(createMode(context)),
}

const modeKeys = ['routing_mode', 'default_address', 'header'] as const

function createMode(context: ProviderContext): RoutingMode {
  const keys: ConfigKeys = {
    ...{ provider: 'http-server', owner: `the provider "${context.providerId}"`, ignoresCase: true },
    ...{ keys: [...modeKeys, ...listenerKeys], secrets: context.secrets, code: 'PROVIDER_CONFIG_INVALID' },
  }
  const values = readConfig(context.config, keys)
  const fallbackAddress = values.text('default_address')
  if (fallbackAddress !== undefined) parseAddress(fallbackAddress, values)
  const mode = values.text('routing_mode') ?? 'address'
  switch (mode) {
    case 'address':
      return new AddressMode(context, fallbackAddress)
    case 'path':
    case 'host': {
      const header = (values.text('header') ?? 'host').toLowerCase()
      const settings = parseListenerSettings(context.config, { ...keys, fallbackAddress })
      const routing = mode === 'path' ? { kind: mode } : { kind: mode, header }
      return new SharedMode(context, { routing, settings })
    }
    default:
      throw values.invalid(`routing_mode is "${mode}"`, 'Set it to address, path or host')
  }
}
