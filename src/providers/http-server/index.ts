import { AppError } from '../../core/errors.js'
import type { ProviderContext, ProviderDefinition } from '../../host/provider.js'
import { HttpServer } from './http-server.js'
import { parseAddress } from './settings.js'

/** wasmCloud's http-server in this process: each link opens a listener whose requests go to the link's target. */
export const httpServer: ProviderDefinition = {
  name: 'http-server',
  calls: ['wasi:http/incoming-handler'],
  serves: [],
  create(context: ProviderContext): HttpServer {
    const mode = context.config['routing_mode'] ?? 'address'
    if (mode !== 'address') {
      throw new AppError('PROVIDER_CONFIG_INVALID', `http-server cannot route by "${mode}" yet`, {
        hint: 'Set routing_mode to address, and give each component an address of its own',
      })
    }
    const fallback = context.config['default_address']
    if (fallback !== undefined) parseAddress(fallback)
    return new HttpServer(context, fallback)
  },
}
