import { AppError } from '../../core/errors.js'
import type { ProviderContext, ProviderLink } from '../../host/provider.js'
import { formatAddress } from './address.js'
import { openListener, type Listener } from './listener.js'
import type { RoutingMode } from './routing-mode.js'
import { listenerKeys, parseListenerSettings } from './settings.js'

interface OpenLink {
  readonly link: ProviderLink
  readonly listener: Listener
}

/** Keeps one listener per link, and an address for one link only. */
export class AddressMode implements RoutingMode {
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

  has(key: string): boolean {
    return this.#open.has(key)
  }

  /** Throws LINK_CONFIG_INVALID, HTTP_ADDRESS_IN_USE or HTTP_ADDRESS_UNUSABLE. */
  async add(key: string, link: ProviderLink): Promise<void> {
    const settings = parseListenerSettings(link.sourceConfig, {
      ...{ provider: 'http-server', owner: `the link to "${link.target}"`, keys: listenerKeys },
      ...{ ignoresCase: true, secrets: link.sourceSecrets, fallbackAddress: this.#defaultAddress },
    })
    this.#refuseSharedAddress(link, formatAddress(settings.address))
    const target = this.#context.httpTarget(link.target)
    const log = this.#context.log.child({ component: link.target })
    const listener = await openListener({ find: () => ({ kind: 'target', target }), settings, log })
    this.#open.set(key, { link, listener })
    log.info('Listening', { address: formatAddress(listener.address) })
  }

  async remove(key: string, graceMs: number): Promise<void> {
    const open = this.#open.get(key)
    if (open === undefined) return
    this.#open.delete(key)
    await open.listener.close(graceMs)
    const address = formatAddress(open.listener.address)
    this.#context.log.info('Stopped listening', { address, component: open.link.target })
  }

  async stop(graceMs: number): Promise<void> {
    const open = [...this.#open.values()]
    this.#open.clear()
    await Promise.all(open.map(({ listener }) => listener.close(graceMs)))
  }

  #refuseSharedAddress(link: ProviderLink, address: string): void {
    for (const other of this.#open.values()) {
      const { port } = other.listener.address
      if (port === 0 || formatAddress(other.listener.address) !== address) continue
      throw new AppError(
        'HTTP_ADDRESS_IN_USE',
        `Cannot listen on ${address} for "${link.target}": "${other.link.target}" is served there by this provider`,
        {
          hint: 'Set another address in the source_config of the link, or routing_mode of the provider to path',
        },
      )
    }
  }
}
