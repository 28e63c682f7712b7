import { AppError } from '../../core/errors.js'
import type {
  Provider,
  ProviderCall,
  ProviderContext,
  ProviderHealth,
  ProviderLink,
} from '../../host/provider.js'
import { connectLattice, type LatticeConnection } from '../../lattice/connection.js'
import { parseLatticeName } from '../../lattice/ids.js'
import { answerKeyValue } from '../support/answer-key-value.js'
import { StoreError } from '../support/key-value-store.js'
import { describeUnlinked, TargetLinks } from '../support/target-links.js'
import { NatsStore } from './nats-store.js'
import { parseNatsBucket, type NatsBucketSettings } from './settings.js'

interface NatsLink {
  readonly name: string
  readonly bucket: string
  readonly store: NatsStore
  readonly connection: LatticeConnection
}

/** Has a connection and a bucket for each link. */
export class KeyValueNats implements Provider {
  readonly #context: ProviderContext
  readonly #links = new TargetLinks<NatsLink>(({ connection }) => connection.close())

  constructor(context: ProviderContext) {
    this.#context = context
  }

  async start(): Promise<void> {
    // Connections come with links.
  }

  async linkAsSource(link: ProviderLink): Promise<void> {
    throw new AppError(
      'LINK_REFUSED',
      `keyvalue-nats calls nobody, so it cannot be the source of a link to "${link.target}"`,
    )
  }

  /** Throws LINK_CONFIG_INVALID, LATTICE_UNREACHABLE or BUCKET_UNAVAILABLE. */
  async linkAsTarget(link: ProviderLink): Promise<void> {
    const settings = this.#settingsOf(link)
    await this.#links.open(link, async () => await this.#open(link.name, settings))
  }

  async unlink(link: ProviderLink): Promise<void> {
    await this.#links.close(link)
  }

  async call(call: ProviderCall): Promise<unknown> {
    return await answerKeyValue(call, (bucket) => this.#store(call, bucket))
  }

  async health(): Promise<ProviderHealth> {
    return { healthy: true }
  }

  async stop(): Promise<void> {
    await this.#links.closeAll()
  }

  /** Those of the link, or of the provider where the link has none at all. */
  #settingsOf({ sourceId, targetConfig }: ProviderLink): NatsBucketSettings {
    const isOwn = Object.keys(targetConfig).length > 0
    const config = isOwn ? targetConfig : this.#context.config
    const settings = parseNatsBucket({ config, owner: `the link from "${sourceId}"` })
    const { bucket } = settings
    if (bucket !== undefined) return { ...settings, bucket }
    throw new AppError(
      'LINK_CONFIG_INVALID',
      `The link from "${sourceId}" to keyvalue-nats names no bucket`,
      {
        hint: 'Set bucket in the target_config of the link',
      },
    )
  }

  async #open(name: string, settings: NatsBucketSettings): Promise<NatsLink> {
    const { bus, providerId } = this.#context
    const { bucket, clusterUri, isCreated } = settings
    const connection = await connectLattice({
      url: clusterUri ?? bus.url,
      lattice: parseLatticeName('default'),
      name: `washi-${providerId}`,
      jsDomain: settings.jsDomain ?? (clusterUri === undefined ? bus.jsDomain : undefined),
    })
    try {
      const opened = await connection.bucket(bucket, isCreated ? { create: {} } : {})
      return { name, bucket, connection, store: new NatsStore(opened) }
    } catch (failure) {
      await connection.close()
      throw failure
    }
  }

  /** A component opens the name of one of its links, of the link's bucket, or nothing. */
  #store(call: ProviderCall, bucket: string): NatsStore {
    const link = this.#links.find(call)
    if (!link) throw new Error(describeUnlinked(call, this.#context.providerId))
    if (bucket === '' || bucket === link.name || bucket === link.bucket) return link.store
    const other = this.#links.find({ sourceId: call.sourceId, linkName: bucket })
    if (!other) throw new StoreError({ tag: 'no-such-store' })
    return other.store
  }
}
