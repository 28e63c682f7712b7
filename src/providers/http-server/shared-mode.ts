import { AppError } from '../../core/errors.js'
import type { HttpTarget } from '../../host/http-exchange.js'
import type { ProviderContext, ProviderLink } from '../../host/provider.js'
import { readConfig } from '../support/config-keys.js'
import { formatAddress } from './address.js'
import { openListener, type Listener } from './listener.js'
import { routeByHeader, routeByPath } from './routes.js'
import type { RoutingMode } from './routing-mode.js'
import type { ListenerSettings } from './settings.js'

/** By what components are told apart that share a listener. */
export type SharedRouting =
  | { readonly kind: 'path' }
  | { readonly kind: 'host'; /** In lower case. */ readonly header: string }

interface RoutedLink {
  readonly value: string
  readonly link: ProviderLink
  readonly target: HttpTarget
}

/** Keeps one listener for all links, each with a path or a host of its own. */
export class SharedMode implements RoutingMode {
  readonly #context: ProviderContext
  readonly #routing: SharedRouting
  readonly #settings: ListenerSettings
  readonly #byKey = new Map<string, RoutedLink>()
  readonly #byValue = new Map<string, RoutedLink>()
  #listener: Listener | undefined

  constructor(
    context: ProviderContext,
    { routing, settings }: { readonly routing: SharedRouting; readonly settings: ListenerSettings },
  ) {
    this.#context = context
    this.#routing = routing
    this.#settings = settings
  }

  /** Throws HTTP_ADDRESS_IN_USE or HTTP_ADDRESS_UNUSABLE. */
  async start(): Promise<void> {
    const routing = this.#routing
    const target = (value: string): HttpTarget | undefined => this.#byValue.get(value)?.target
    const find = routing.kind === 'path' ? routeByPath(target) : routeByHeader(routing.header, target)
    const { log } = this.#context
    this.#listener = await openListener({ find, settings: this.#settings, log })
    log.info('Listening', { address: formatAddress(this.#listener.address), routing: routing.kind })
  }

  has(key: string): boolean {
    return this.#byKey.has(key)
  }

  /** Throws LINK_CONFIG_INVALID or HTTP_ROUTE_TAKEN. */
  async add(key: string, link: ProviderLink): Promise<void> {
    const value = this.#valueOf(link)
    const other = this.#byValue.get(value)?.link
    if (other) {
      throw new AppError(
        'HTTP_ROUTE_TAKEN',
        `Cannot send requests of the ${this.#routing.kind} "${value}" to "${link.target}": they go to "${other.target}"`,
        { hint: `Set another ${this.#routing.kind} in the source_config of the link` },
      )
    }
    const routed = { value, link, target: this.#context.httpTarget(link.target) }
    this.#byKey.set(key, routed)
    this.#byValue.set(value, routed)
  }

  /** Requests that run go on. */
  async remove(key: string): Promise<void> {
    const routed = this.#byKey.get(key)
    if (!routed) return
    this.#byKey.delete(key)
    this.#byValue.delete(routed.value)
  }

  async stop(graceMs: number): Promise<void> {
    await this.#listener?.close(graceMs)
  }

  #valueOf(link: ProviderLink): string {
    const { kind } = this.#routing
    const values = readConfig(link.sourceConfig, {
      ...{ provider: 'http-server', owner: `the link to "${link.target}"`, keys: [kind], ignoresCase: false },
    })
    const value = values.text(kind)
    if (value === undefined) throw values.invalid(`${kind} is missing, by which requests are routed`)
    if (kind === 'path' && !/^\/[^?#\s]*$/.test(value)) {
      throw values.invalid(`path is "${value}", which is no path without a query`)
    }
    if (kind === 'host' && !/^[\x21-\x7e]+$/.test(value)) throw values.invalid(`host is "${value}"`)
    return value
  }
}
