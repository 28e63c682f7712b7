import { AppError } from '../../core/errors.js'
import type {
  Provider,
  ProviderCall,
  ProviderContext,
  ProviderHealth,
  ProviderLink,
} from '../../host/provider.js'
import { answerKeyValue } from '../support/answer-key-value.js'
import { readConfig } from '../support/config-keys.js'
import { MemoryStore } from './memory-store.js'

/** Buckets in memory, of all links alike, for as long as the provider runs. Every name is that of a bucket. */
export class KeyValueMemory implements Provider {
  readonly #context: ProviderContext
  readonly #buckets = new Map<string, MemoryStore>()

  constructor(context: ProviderContext) {
    this.#context = context
  }

  async start(): Promise<void> {
    // Nothing to open.
  }

  async linkAsSource(link: ProviderLink): Promise<void> {
    throw new AppError(
      'LINK_REFUSED',
      `"${this.#context.providerId}" calls nobody, so it cannot be the source of a link to "${link.target}"`,
    )
  }

  async linkAsTarget({ sourceId, targetConfig }: ProviderLink): Promise<void> {
    const owner = `the link from "${sourceId}"`
    readConfig(targetConfig, { provider: 'keyvalue-memory', owner, keys: [], ignoresCase: true })
  }

  async unlink(): Promise<void> {
    // What was stored stays for the others.
  }

  async call(call: ProviderCall): Promise<unknown> {
    return await answerKeyValue(call, (name) => this.#bucket(name))
  }

  async health(): Promise<ProviderHealth> {
    return { healthy: true }
  }

  async stop(): Promise<void> {
    this.#buckets.clear()
  }

  #bucket(name: string): MemoryStore {
    const bucket = this.#buckets.get(name) ?? new MemoryStore()
    this.#buckets.set(name, bucket)
    return bucket
  }
}
