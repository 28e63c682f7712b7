import { AppError } from '../../core/errors.js'
import type {
  Provider,
  ProviderCall,
  ProviderContext,
  ProviderHealth,
  ProviderLink,
} from '../../host/provider.js'
import { answerKeyValue } from '../support/answer-key-value.js'
import type { KeyValueStore } from '../support/key-value-store.js'
import { describeUnlinked, TargetLinks } from '../support/target-links.js'
import { ConnectionPool, type Lease } from './connection-pool.js'
import { RedisStore } from './redis-store.js'
import { parseLinkSettings, type RedisProviderSettings } from './settings.js'

interface RedisLink {
  readonly store: RedisStore
  readonly lease: Lease
}

/** Has a connection for each link; those without configuration share that of the provider's own. */
export class KeyValueRedis implements Provider {
  readonly #context: ProviderContext
  readonly #settings: RedisProviderSettings
  readonly #pool: ConnectionPool
  readonly #links = new TargetLinks<RedisLink>(({ lease }) => lease.release())

  constructor(context: ProviderContext, settings: RedisProviderSettings) {
    this.#context = context
    this.#settings = settings
    this.#pool = new ConnectionPool(context.log)
  }

  async start(): Promise<void> {
    // Connections come with links.
  }

  async linkAsSource(link: ProviderLink): Promise<void> {
    throw new AppError(
      'LINK_REFUSED',
      `keyvalue-redis cannot tell "${link.target}" of changes yet: wasi:keyvalue/watcher does not work`,
    )
  }

  /** Throws LINK_CONFIG_INVALID, or REDIS_UNREACHABLE where no server answers. */
  async linkAsTarget(link: ProviderLink): Promise<void> {
    const { sourceId } = link
    const { fallback, isShared, isDefaultDisabled } = this.#settings
    const own = parseLinkSettings(link, fallback)
    if (!own && isDefaultDisabled) {
      throw new AppError(
        'LINK_CONFIG_INVALID',
        `The link from "${sourceId}" has no URL, and DISABLE_DEFAULT_CONNECTION is set`,
        {
          hint: 'Set URL in the target_config of the link',
        },
      )
    }
    await this.#links.open(link, async () => {
      const lease = await this.#pool.take(own ?? fallback, isShared || !own)
      return { lease, store: new RedisStore(lease.connection) }
    })
  }

  async unlink(link: ProviderLink): Promise<void> {
    await this.#links.close(link)
  }

  async call(call: ProviderCall): Promise<unknown> {
    return await answerKeyValue(call, () => this.#store(call))
  }

  async health(): Promise<ProviderHealth> {
    return { healthy: true }
  }

  async stop(): Promise<void> {
    await this.#links.closeAll()
  }

  #store(call: ProviderCall): KeyValueStore {
    const link = this.#links.find(call)
    if (!link) throw new Error(describeUnlinked(call, this.#context.providerId))
    return link.store
  }
}
