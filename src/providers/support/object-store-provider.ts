import { AppError } from '../../core/errors.js'
import type {
  Provider,
  ProviderCall,
  ProviderContext,
  ProviderHealth,
  ProviderLink,
} from '../../host/provider.js'
import { answerObjectStore, type ObjectStore } from './object-store.js'
import { err, type Outcome } from './outcome.js'
import { RunningCalls } from './running-calls.js'
import { describeUnlinked, TargetLinks } from './target-links.js'

/** A store that a link holds until it goes. */
export interface OpenObjectStore {
  readonly store: ObjectStore
  close(): Promise<void>
}

/** How long calls that run may take once their link goes. */
const graceMs = 2_000

interface HeldStore extends OpenObjectStore {
  readonly calls: RunningCalls
}

/** A provider of blob stores that has one for each link. */
export class ObjectStoreProvider implements Provider {
  readonly #context: ProviderContext
  readonly #name: string
  readonly #open: (link: ProviderLink) => Promise<OpenObjectStore>
  readonly #links = new TargetLinks<HeldStore>(async ({ calls, close }) => {
    await calls.idle(graceMs)
    await close()
  })

  /** `open` makes what a link needs, or throws AppError with the reason why the link is refused. */
  constructor(
    context: ProviderContext,
    {
      name,
      open,
    }: { readonly name: string; readonly open: (link: ProviderLink) => Promise<OpenObjectStore> },
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
    await this.#links.open(link, async () => ({ ...(await this.#open(link)), calls: new RunningCalls() }))
  }

  async unlink(link: ProviderLink): Promise<void> {
    await this.#links.close(link)
  }

  async call(call: ProviderCall): Promise<Outcome> {
    const held = this.#links.find(call)
    if (!held) return err(describeUnlinked(call, this.#context.providerId))
    return await held.calls.run(() => answerObjectStore(held.store, call))
  }

  async health(): Promise<ProviderHealth> {
    return { healthy: true }
  }

  async stop(): Promise<void> {
    await this.#links.closeAll()
  }
}
