import { AppError } from '../../core/errors.js'
import type { Provider, ProviderContext, ProviderHealth, ProviderLink } from '../../host/provider.js'
import { openListener, type Listener } from './listener.js'
import { formatAddress, parseLinkSettings } from './settings.js'

interface OpenLink {
  readonly link: ProviderLink
  readonly listener: Listener
}

const graceMs = 3_000

/** Keeps one listener per link, and an address for one link only. The supervisor calls its methods one at a time. */
export class HttpServer implements Provider {
  readonly #context: ProviderContext
  readonly #defaultAddress: string | undefined
  readonly #open = new Map<string, OpenLink>()

  constructor(context: ProviderContext, defaultAddress: string | undefined) {
    this.#context = context
    this.#defaultAddress = defaultAddress
  }

  async start(): Promise<void> {
    // Nothing to do before the first link.
  }

  /** Throws LINK_CONFIG_INVALID, HTTP_ADDRESS_IN_USE or HTTP_ADDRESS_UNUSABLE; an open link stays as it is. */
  async linkAsSource(link: ProviderLink): Promise<void> {
    const key = keyOf(link)
    if (this.#open.has(key)) return
    if (link.witNamespace !== 'wasi' || link.witPackage !== 'http') {
      throw new AppError(
        'LINK_CONFIG_INVALID',
        `http-server does not call ${link.witNamespace}:${link.witPackage}, only wasi:http/incoming-handler`,
      )
    }
    const settings = parseLinkSettings(link.sourceConfig, this.#defaultAddress)
    this.#refuseSharedAddress(link, formatAddress(settings.address))
    const log = this.#context.log.child({ component: link.target })
    const listener = await openListener({ target: this.#context.httpTarget(link.target), settings, log })
    this.#open.set(key, { link, listener })
    log.info('Listening', { address: formatAddress(listener.address) })
  }

  async linkAsTarget(link: ProviderLink): Promise<void> {
    throw new AppError(
      'LINK_CONFIG_INVALID',
      `http-server serves no interface, so "${link.sourceId}" cannot call it`,
      { hint: 'Make the provider the source of the link, and the component its target' },
    )
  }

  async unlink(link: ProviderLink): Promise<void> {
    const key = keyOf(link)
    const open = this.#open.get(key)
    if (open === undefined) return
    this.#open.delete(key)
    await open.listener.close(graceMs)
    this.#context.log.info('Stopped listening', {
      address: formatAddress(open.listener.address),
      component: link.target,
    })
  }

  async health(): Promise<ProviderHealth> {
    return { healthy: true }
  }

  async stop(): Promise<void> {
    const open = [...this.#open.values()]
    this.#open.clear()
    await Promise.all(open.map(({ listener }) => listener.close(graceMs)))
  }

  #refuseSharedAddress(link: ProviderLink, address: string): void {
    for (const other of this.#open.values()) {
      if (formatAddress(other.listener.address) !== address) continue
      throw new AppError(
        'HTTP_ADDRESS_IN_USE',
        `Cannot listen on ${address} for "${link.target}": "${other.link.target}" is served there by this provider`,
        { hint: 'Set another address in the source_config of the link' },
      )
    }
  }
}

/** A link's identity towards this provider; the target is part of it, since a retargeted link is another listener's. */
function keyOf(link: ProviderLink): string {
  return [link.sourceId, link.name, link.witNamespace, link.witPackage, link.target].join(' ')
}
