import type { Clock } from '../../core/clock.js'
import { AppError } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { ProviderDescription } from '../../lattice/control/inventory-schemas.js'
import type { Link, StringMap } from '../../lattice/control/schemas.js'
import type { EventPublisher } from '../../lattice/events/event-publisher.js'
import type { ComponentServing } from '../calls/component-server.js'
import { callWithValues } from '../calls/call-with-values.js'
import type { ServeProvider } from '../calls/provider-server.js'
import { createProviderTarget } from '../calls/provider-target.js'
import { errorChain } from '../error-chain.js'
import type { HttpTarget } from '../http-exchange.js'
import type { LinkTable } from '../links/link-table.js'
import type { LiveConfigs } from '../links/live-configs.js'
import type { Provider, ProviderCall, ProviderContext, ProviderDefinition } from '../provider.js'
import type { RpcTarget } from '../rpc-exchange.js'
import { createSerialQueue } from '../serial-queue.js'
import { requireFittingLink } from './link-fit.js'
import { LinkReconciler } from './link-reconciler.js'
import { resolveProviderLink } from './provider-link.js'

/** How long calls from the lattice may take once the provider stops. */
const callGraceMs = 2_000

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
  /** Whoever answers calls to that id. */
  readonly rpcTarget: (targetId: string) => RpcTarget
  /** Answers calls from the lattice. */
  readonly serve: ServeProvider
  readonly bus: ProviderContext['bus']
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
  #target: RpcTarget | undefined
  #serving: ComponentServing | undefined

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
    const { configs, httpTarget, rpcTarget, bus } = this.#surroundings
    const provider = definition.create({
      providerId: id,
      config: await configs.resolve(config),
      secrets: {},
      links: async () => [],
      log: this.#log,
      httpTarget: (target) => httpTarget(target, id),
      call: (request) => callWithValues(rpcTarget(request.targetId), id, request),
      bus,
    })
    try {
      await provider.start()
    } catch (failure) {
      await provider
        .stop()
        .catch((cause: unknown) => this.#warn('cannot stop a provider that failed to start', cause))
      throw failure
    }
    this.#provider = provider
    this.#serve()
  }

  /** What answers calls of components on this host; undefined where the provider serves nothing. */
  get target(): RpcTarget | undefined {
    return this.#target
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
      await this.#serving?.close(callGraceMs)
      this.#provider = undefined
      this.#target = undefined
      if (!provider) return
      this.#reconciler.want([])
      await this.#reconciler.clear(provider)
      await provider.stop()
    })
  }

  #serve(): void {
    const { id, definition } = this.#assignment
    const { wire = [] } = definition
    if (wire.length === 0) return
    this.#target = createProviderTarget(wire, (call) => this.#answer(call))
    this.#serving = this.#surroundings.serve({ id, wire, target: this.#target })
  }

  async #answer(call: ProviderCall): Promise<unknown> {
    // A call may overtake the link that it followed: the lattice has it before the provider.
    if (this.#reconciler.isAwaited(call.sourceId, call.linkName)) await this.#queue.run(async () => undefined)
    const provider = this.#provider
    if (!provider?.call) throw new AppError('PROVIDER_STOPPED', `The provider "${this.#assignment.id}" stops`)
    return await provider.call(call)
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
