import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { SecureContext } from 'node:tls'
import { AppError } from '../../core/errors.js'
import type {
  Provider,
  ProviderCall,
  ProviderContext,
  ProviderHealth,
  ProviderLink,
} from '../../host/provider.js'
import { err, ok, type Outcome } from '../support/outcome.js'
import { describeUnlinked, TargetLinks } from '../support/target-links.js'
import { createLookup, requireAllowed } from './access.js'
import { toErrorCode } from './client-error.js'
import { loadRoots } from './load-roots.js'
import { sendRequest, toMs, urlOf, type OutgoingRequest, type RequestOptions } from './request.js'
import { toWireResponse } from './response.js'
import { parseLinkSettings, type HttpClientLinkSettings, type TlsSettings } from './settings.js'

interface ClientLink {
  readonly settings: HttpClientLinkSettings
  readonly http: HttpAgent
  readonly https: HttpsAgent
}

const idleMs = 90_000

/** Sends requests, with connections of their own for each link. Redirects are the component's to follow. */
export class HttpClient implements Provider {
  readonly #context: ProviderContext
  readonly #tls: TlsSettings
  #roots: SecureContext | undefined
  readonly #links = new TargetLinks<ClientLink>(async ({ http, https }) => {
    http.destroy()
    https.destroy()
  })

  constructor(context: ProviderContext, tls: TlsSettings) {
    this.#context = context
    this.#tls = tls
  }

  /** Throws PROVIDER_CONFIG_INVALID where certificates cannot be read. */
  async start(): Promise<void> {
    this.#roots = await loadRoots(this.#tls)
  }

  async linkAsSource(link: ProviderLink): Promise<void> {
    throw new AppError(
      'LINK_REFUSED',
      `http-client calls nobody, so it cannot be the source of a link to "${link.target}"`,
    )
  }

  /** Throws LINK_CONFIG_INVALID. */
  async linkAsTarget(link: ProviderLink): Promise<void> {
    const settings = parseLinkSettings(link.targetConfig, link.sourceId)
    await this.#links.open(link, async () => {
      const options = { keepAlive: true, timeout: idleMs, lookup: createLookup(settings) }
      const secureContext = this.#roots
      return { settings, http: new HttpAgent(options), https: new HttpsAgent({ ...options, secureContext }) }
    })
  }

  async unlink(link: ProviderLink): Promise<void> {
    await this.#links.close(link)
  }

  async call(call: ProviderCall): Promise<unknown> {
    const [outgoing, options] = call.args as [OutgoingRequest, RequestOptions | undefined] // as decoded
    return await this.#handle(call, outgoing, options)
  }

  async health(): Promise<ProviderHealth> {
    return { healthy: true }
  }

  async stop(): Promise<void> {
    await this.#links.closeAll()
  }

  async #handle(
    call: ProviderCall,
    outgoing: OutgoingRequest,
    options: RequestOptions | undefined,
  ): Promise<Outcome> {
    const link = this.#links.find(call)
    if (!link) return err({ tag: 'internal-error', val: describeUnlinked(call, this.#context.providerId) })
    try {
      const url = urlOf(outgoing)
      requireAllowed(url, link.settings)
      const agent = url.protocol === 'https:' ? link.https : link.http
      const response = await sendRequest(outgoing, { url, agent, options, signal: call.signal })
      const betweenBytes = options?.betweenBytesTimeout
      return ok(toWireResponse(response, betweenBytes === undefined ? undefined : toMs(betweenBytes)))
    } catch (thrown) {
      return err(toErrorCode(thrown))
    }
  }
}
