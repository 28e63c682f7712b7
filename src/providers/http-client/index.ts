import type { ProviderDefinition } from '../../host/provider.js'
import { outgoingHandler } from '../../wit/wire/http.js'
import { HttpClient } from './http-client.js'
import { parseTlsSettings } from './settings.js'

/** wasmCloud's http-client in this process. */
export const httpClient: ProviderDefinition = {
  name: 'http-client',
  calls: [],
  serves: ['wasi:http/outgoing-handler'],
  wire: [outgoingHandler],
  create: (context) => new HttpClient(context, parseTlsSettings(context.config, context.providerId)),
}
