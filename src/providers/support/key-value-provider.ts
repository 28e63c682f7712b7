import { AppError } from '../../core/errors.js'
import type {
  Provider,
  ProviderCall,
  ProviderContext,
  ProviderHealth,
  ProviderLink,
} from '../../host/provider.js'
import { answerKeyValue } from './answer-key-value.js'
import type { KeyValueStore } from './key-value-store.js'
import { RunningCalls } from './running-calls.js'
import { describeUnlinked, TargetLinks } from './target-links.js'

/** What a link to a store holds. */
export interface OpenStore {
  /** The store that a component means by the name of a bucket. */
  bucket(name: string): KeyValueStore
  close(): Promise<void>
}

/** How long calls that run may take once their link goes. */
const graceMs = 2_000

interface HeldStore {
  readonly store: OpenStore
  readonly calls: RunningCalls
}

/** A provider of key-value stores that has one for each link. */
export class KeyValueProvider implements Provider {
  readonly #context: ProviderContext
  readonly #name: string
  readonly #open: (link: ProviderLink) => Promise<OpenStore>
  readonly #links = new TargetLinks<HeldStore>(async ({ store, calls }) => {
    await calls.idle(graceMs)
    await store.close()
  })

  /** `open` makes what a link needs, or throws AppError with the reason why the link is refused. */
  constructor(
    context: ProviderContext,
    { name, open }: { readonly name: string; readonly open: (link: ProviderLink) => Promise<OpenStore> },
  ) {
    this.#context = context
    this.#name = name
    this.#open = open
  }

  async start(): Promise<void> {
    // Stores come with links.
  }

  async linkAsSource(link: ProviderLink): Promise<void> {
    throw new AppError(
      'LINK_REFUSED',
      `${this.#name} calls nobody, so it cannot be the source of a link to "${link.target}"`,
    )
  }

  async linkAsTarget(link: ProviderLink): Promise<void> {
    await this.#links.open(link, async () => ({ store: await this.#open(link), calls: new RunningCalls() }))
  }

  async unlink(link: ProviderLink): Promise<void> {
    await this.#links.close(link)
  }

  async call(call: ProviderCall): Promise<unknown> {
    const link = this.#links.find(call)
    const answer = (): Promise<unknown> =>
      answerKeyValue(call, (bucket) => {
        if (!link) throw new Error(describeUnlinked(call, this.#context.providerId))
        return link.store.bucket(bucket)
      })
    return await (link ? link.calls.run(answer) : answer())
  }

  async health(): Promise<ProviderHealth> {
    return { healthy: true }
  }

  async stop(): Promise<void> {
    await this.#links.closeAll()
  }
}
