import { AppError } from '../../core/errors.js'
import type { Provider, ProviderHealth, ProviderLink } from '../../host/provider.js'
import type { RoutingMode } from './routing-mode.js'

const graceMs = 3_000

/** Hands requests to the targets of its links. The supervisor calls its methods one at a time. */
export class HttpServer implements Provider {
  readonly #mode: RoutingMode

  constructor(mode: RoutingMode) {
    this.#mode = mode
  }

  async start(): Promise<void> {
    await this.#mode.start()
  }

  /** Throws LINK_CONFIG_INVALID and what the mode throws; an open link stays as it is. */
  async linkAsSource(link: ProviderLink): Promise<void> {
    const key = keyOf(link)
    if (this.#mode.has(key)) return
    if (link.witNamespace !== 'wasi' || link.witPackage !== 'http') {
      throw new AppError(
        'LINK_CONFIG_INVALID',
        `http-server does not call ${link.witNamespace}:${link.witPackage}, only wasi:http/incoming-handler`,
      )
    }
    await this.#mode.add(key, link)
  }

  async linkAsTarget(link: ProviderLink): Promise<void> {
    throw new AppError(
      'LINK_CONFIG_INVALID',
      `http-server serves no interface, so "${link.sourceId}" cannot call it`,
      { hint: 'Make the provider the source of the link, and the component its target' },
    )
  }

  async unlink(link: ProviderLink): Promise<void> {
    await this.#mode.remove(keyOf(link), graceMs)
  }

  async health(): Promise<ProviderHealth> {
    return { healthy: true }
  }

  async stop(): Promise<void> {
    await this.#mode.stop(graceMs)
  }
}

/** A link's identity towards this provider; the target is part of it, since a retargeted link is another one. */
function keyOf(link: ProviderLink): string {
  return [link.sourceId, link.name, link.witNamespace, link.witPackage, link.target].join(' ')
}
