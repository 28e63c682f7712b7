import type { Clock } from '../../core/clock.js'
import type { Logger } from '../../core/log.js'
import type { ProviderDescription } from '../../lattice/control/inventory-schemas.js'
import type { Link, StringMap } from '../../lattice/control/schemas.js'
import type { EventPublisher } from '../../lattice/events/event-publisher.js'
import { errorChain } from '../error-chain.js'
import type { HttpTarget } from '../http-exchange.js'
import type { LinkTable } from '../links/link-table.js'
import type { LiveConfigs } from '../links/live-configs.js'
import type { Provider, ProviderDefinition } from '../provider.js'
import { createSerialQueue } from '../serial-queue.js'
import { requireFittingLink } from './link-fit.js'
import { LinkReconciler } from './link-reconciler.js'
import { resolveProviderLink } from './provider-link.js'

/** What supervisors of one host share. */
export interface ProviderSurroundings {
  readonly hostId: string
  readonly configs: LiveConfigs
  readonly links: LinkTable
  readonly publish: EventPublisher
  readonly log: Logger
  readonly clock: Clock
  readonly healthCheckMs: number
  /** Whoever answers requests for that id, asked by the provider of the other. */
  readonly httpTarget: (targetId: string, sourceId: string) => HttpTarget
}

/** Which provider to run, and as what. */
export interface ProviderAssignment {
  readonly id: string
  readonly imageRef: string
  readonly definition: ProviderDefinition
  readonly annotations: StringMap
  /** Names of configs. */
  readonly config: readonly string[]
}

/**
 * Runs one provider: starts it, keeps its links as the lattice wants them, asks after its health, stops it. All calls of
 * the provider go through one queue. Single use.
 */
export class ProviderSupervisor {
  readonly #assignment: ProviderAssignment
  readonly #surroundings: ProviderSurroundings
  readonly #log: Logger
  readonly #queue = createSerialQueue()
  readonly #reconciler: LinkReconciler
  readonly #ends: (() => void)[] = []
  #provider: Provider | undefined
  #isHealthy: boolean | undefined
  #stopping: Promise<void> | undefined

  constructor(assignment: ProviderAssignment, surroundings: ProviderSurroundings) {
    this.#assignment = assignment
    this.#surroundings = surroundings
    this.#log = surroundings.log.child({ provider: assignment.id })
    this.#reconciler = this.#createReconciler()
  }

  /** The provider's entry in the inventory. */
  describe(): ProviderDescription {
    const { id, imageRef, definition, annotations } = this.#assignment
    const links = this.#reconciler.states()
    return { id, image_ref: imageRef, name: definition.name, revision: 0, annotations, links: [...links] }
  }

  /** Resolves once the provider runs; its links and its health follow by themselves. Throws why it does not. */
  async start(): Promise<void> {
    const { id, definition, config } = this.#assignment
    const { configs } = this.#surroundings
    const values = await configs.resolve(config)
    const httpTarget = (target: string): HttpTarget => this.#surroundings.httpTarget(target, id)
    const provider = definition.create({ providerId: id, config: values, log: this.#log, httpTarget })
    try {
      await provider.start()
    } catch (failure) {
      await provider
        .stop()
        .catch((cause: unknown) => this.#warn('cannot stop a provider that failed to start', cause))
      throw failure
    }
    this.#provider = provider
  }

  /** Begins to follow links, configs and health; after start(), and after the lattice was told of the start. */
  follow(): void {
    const { links, configs } = this.#surroundings
    const { id, config } = this.#assignment
    this.#ends.push(
      links.onChange((ids) => ids.has(id) && this.#sync({ repeatRefusals: true })),
      configs.onChange((name) => this.#onConfig(name, config)),
    )
    this.#sync({ repeatRefusals: true })
    void this.#queue.run(() => this.#checkHealth())
  }

  /** Announces a link once more that was put again without a change: whoever put it waits for the word. */
  confirm(link: Link): void {
    if (this.#reconciler.isEstablished(link)) this.#announceEstablished(link)
  }

  /** Idempotent. Takes the links away and stops the provider; throws what went wrong after having done it all. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    for (const end of this.#ends.splice(0)) end()
    await this.#queue.run(async () => {
      const provider = this.#provider
      this.#provider = undefined
      if (!provider) return
      this.#reconciler.want([])
      await this.#reconciler.clear(provider)
      await provider.stop()
    })
  }

  #onConfig(name: string, own: readonly string[]): void {
    this.#reconciler.configChanged(name)
    this.#sync({ repeatRefusals: false })
    if (own.includes(name)) {
      this.#log.warn('the config of a running provider has changed: stop and start it to apply', {
        config: name,
      })
    }
  }

  #sync(options: { readonly repeatRefusals: boolean }): void {
    this.#reconciler.want(this.#surroundings.links.involving(this.#assignment.id))
    void this.#queue
      .run(async () => {
        if (!this.#provider) return
        // Of several changes in a row the first run does all; the others find nothing to do.
        await this.#reconciler.apply(this.#provider, options)
      })
      .catch((failure: unknown) => this.#warn('cannot bring the links of a provider up to date', failure))
  }

  async #checkHealth(): Promise<void> {
    if (!this.#provider) return
    await this.#reportHealth(this.#provider)
    if (this.#reconciler.hasRefused()) this.#sync({ repeatRefusals: false })
    const { clock, healthCheckMs } = this.#surroundings
    this.#ends.push(clock.after(healthCheckMs, () => void this.#queue.run(() => this.#checkHealth())))
  }

  async #reportHealth(provider: Provider): Promise<void> {
    const healthy = await provider.health().then(
      (health) => health.healthy,
      (failure: unknown) => {
        this.#warn('cannot check the health of a provider', failure)
        return false
      },
    )
    const before = this.#isHealthy
    this.#isHealthy = healthy
    const data = { host_id: this.#surroundings.hostId, provider_id: this.#assignment.id }
    if (healthy && before !== true) this.#surroundings.publish('health_check_passed', data)
    else if (!healthy && before === true) this.#surroundings.publish('health_check_failed', data)
    else this.#surroundings.publish('health_check_status', data)
  }

  #createReconciler(): LinkReconciler {
    const { publish, configs } = this.#surroundings
    const { id, definition } = this.#assignment
    return new LinkReconciler({
      providerId: id,
      resolve: async (link) => {
        requireFittingLink(definition, link, id)
        return await resolveProviderLink(link, configs)
      },
      onEstablished: (link) => this.#announceEstablished(link),
      onRefused: (link, error) => {
        this.#log.error('a provider refuses a link', {
          source: link.source_id,
          target: link.target,
          reason: error,
        })
        publish('linkdef_set_failed', { ...link, error })
      },
      onUnlinkFailure: (_link, failure) => this.#warn('cannot take a link from a provider', failure),
    })
  }

  #announceEstablished(link: Link): void {
    const { hostId, publish } = this.#surroundings
    publish('linkdef_established', { ...link, host_id: hostId, provider_id: this.#assignment.id })
  }

  #warn(message: string, failure: unknown): void {
    this.#log.warn(message, { reason: errorChain(failure) })
  }
}
