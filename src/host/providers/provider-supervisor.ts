import type { Clock } from '../../core/clock.js'
import { createDeferred } from '../../core/deferred.js'
import { AppError } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import { createThinnedLogger } from '../../core/thinned-logger.js'
import { within } from '../../core/within.js'
import type { ProviderDescription } from '../../lattice/control/inventory-schemas.js'
import type { Link, StringMap } from '../../lattice/control/schemas.js'
import type { EventPublisher } from '../../lattice/events/event-publisher.js'
import type { ComponentServing } from '../calls/component-server.js'
import { callWithValues } from '../calls/call-with-values.js'
import type { ServeProvider } from '../calls/provider-server.js'
import type { CallTap } from '../calls/call-tap.js'
import { createProviderTarget } from '../calls/provider-target.js'
import { errorChain } from '../error-chain.js'
import type { HttpTarget } from '../http-exchange.js'
import type { LinkTable } from '../links/link-table.js'
import type { LiveConfigs } from '../links/live-configs.js'
import type {
  Provider,
  ProviderCall,
  ProviderContext,
  ProviderDefinition,
  ProviderLink,
} from '../provider.js'
import type { RpcTarget } from '../rpc-exchange.js'
import { createSerialQueue } from '../serial-queue.js'
import { requireFittingLink } from './link-fit.js'
import { LinkReconciler } from './link-reconciler.js'
import type { SecretResolver, SecretUser } from '../secrets/secret-resolver.js'
import { ProviderHealthLog } from './provider-health-log.js'
import { resolveProviderLink } from './provider-link.js'
import type { ProviderTimings } from './provider-timings.js'
import { RestartPolicy } from './restart-policy.js'
import { timedProvider } from './timed-provider.js'

/** How long calls from the lattice may take once the provider stops. */
const callGraceMs = 2_000

/** What supervisors of one host share. */
export interface ProviderSurroundings {
  readonly hostId: string
  readonly configs: LiveConfigs
  readonly secrets: SecretResolver
  readonly links: LinkTable
  readonly publish: EventPublisher
  readonly log: Logger
  readonly clock: Clock
  readonly healthCheckMs: number
  readonly timings: ProviderTimings
  /** Whoever answers requests for that id, asked by the provider of the other. */
  readonly httpTarget: (targetId: string, sourceId: string) => HttpTarget
  /** Whoever answers calls to that id. */
  readonly rpcTarget: (targetId: string) => RpcTarget
  /** Tells spies of the calls that providers answer. */
  readonly tap: CallTap
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
  /** Called once where the provider failed too often, with the reason; it has stopped then. */
  readonly onGivenUp: (reason: string) => void
}

/**
 * Runs one provider: starts it, keeps its links as the lattice wants them, asks after its health, starts it anew where it
 * fails, stops it. All calls of the provider go through one queue, and none is waited for without end. Single use.
 */
export class ProviderSupervisor {
  readonly #assignment: ProviderAssignment
  readonly #surroundings: ProviderSurroundings
  readonly #log: Logger
  readonly #queue = createSerialQueue()
  readonly #reconciler: LinkReconciler
  readonly #policy: RestartPolicy
  readonly #health: ProviderHealthLog
  readonly #ends: (() => void)[] = []
  readonly #cancelled = createDeferred<never>()
  #cancelTimer: (() => void) | undefined
  #provider: Provider | undefined
  #stopping: Promise<void> | undefined
  #target: RpcTarget | undefined
  #serving: ComponentServing | undefined
  /** Why it does not run at present. */
  #failure: string | undefined

  constructor(assignment: ProviderAssignment, surroundings: ProviderSurroundings) {
    const { id } = assignment
    const { clock, timings, hostId, publish } = surroundings
    this.#cancelled.promise.catch(() => undefined) // heard by a start only
    this.#assignment = assignment
    this.#surroundings = surroundings
    this.#log = surroundings.log.child({ provider: id })
    this.#policy = new RestartPolicy(timings)
    this.#health = new ProviderHealthLog({ publish, data: { host_id: hostId, provider_id: id } })
    this.#reconciler = this.#createReconciler(clock)
  }

  /** The provider's entry in the inventory. */
  describe(): ProviderDescription {
    const { id, imageRef, definition, annotations } = this.#assignment
    const links = this.#reconciler.states()
    const trouble = this.#failure ?? this.#health.complaint
    return {
      ...{ id, image_ref: imageRef, name: definition.name, revision: definition.revision ?? 0, annotations },
      links: [...links],
      ...(trouble === undefined ? {} : { trouble }),
    }
  }

  /** Resolves once the provider runs; its links and its health follow by themselves. Throws why it does not. */
  async start(): Promise<void> {
    this.#takeOver(await this.#createStarted())
    this.#serve()
  }

  /** Lets start() fail; it does nothing once that has succeeded. */
  cancelStart(): void {
    this.#cancelled.reject(
      new AppError('PROVIDER_STOPPED', `The provider "${this.#assignment.id}" was stopped before it ran`),
    )
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
    this.#cancelTimer?.()
    // One that is just being started anew.
    this.cancelStart()
    await this.#queue.run(async () => {
      const provider = this.#provider
      await this.#serving?.close(callGraceMs)
      this.#provider = undefined
      this.#target = undefined
      if (!provider) return
      this.#reconciler.want([])
      if (!provider.stopsWithLinks) await this.#reconciler.clear(provider)
      await provider.stop()
    })
  }

  /** A provider that runs; what failed to start is stopped again. */
  async #createStarted(): Promise<Provider> {
    const { clock, timings } = this.#surroundings
    const provider = timedProvider(this.#assignment.definition.create(await this.#createContext()), {
      clock,
      timings,
    })
    try {
      await Promise.race([provider.start(), this.#cancelled.promise])
      return provider
    } catch (failure) {
      await this.#stopQuietly(provider)
      throw failure
    }
  }

  async #createContext(): Promise<ProviderContext> {
    const { id, config } = this.#assignment
    const { configs, secrets, httpTarget, rpcTarget, bus, clock } = this.#surroundings
    return {
      providerId: id,
      config: await configs.resolve(config),
      secrets: await secrets.resolve(config, this.#secretUser),
      links: () => this.#resolveLinks(),
      log: createThinnedLogger(this.#log, { clock }),
      httpTarget: (target) => httpTarget(target, id),
      call: (request) => callWithValues(rpcTarget(request.targetId), id, request),
      bus,
    }
  }

  /** Those that can be resolved; of the others the reconciler tells. */
  async #resolveLinks(): Promise<readonly ProviderLink[]> {
    const links = this.#surroundings.links.involving(this.#assignment.id)
    const resolved = await Promise.all(links.map((link) => this.#resolveLink(link).catch(() => undefined)))
    return resolved.filter((link) => link !== undefined)
  }

  async #resolveLink(link: Link): Promise<ProviderLink> {
    const { id, definition } = this.#assignment
    requireFittingLink(definition, link, id)
    const { configs, secrets } = this.#surroundings
    return await resolveProviderLink(link, { configs, secrets, user: this.#secretUser })
  }

  /** Embedded providers are part of the host and have no token of their own. */
  get #secretUser(): SecretUser {
    const { annotations, definition } = this.#assignment
    return { annotations, token: definition.token }
  }

  #takeOver(provider: Provider): void {
    this.#provider = provider
    this.#failure = undefined
    this.#policy.onStarted(this.#surroundings.clock.now())
    void provider.ended?.then((reason) => this.#onFailure(provider, reason))
  }

  #serve(): void {
    const { id, definition } = this.#assignment
    const { wire = [] } = definition
    if (wire.length === 0) return
    const target = createProviderTarget(wire, (call) => this.#answer(call))
    this.#target = this.#surroundings.tap.wrap(id, target)
    this.#serving = this.#surroundings.serve({ id, wire, target: this.#target })
  }

  async #answer(call: ProviderCall): Promise<unknown> {
    // A call may overtake the link that it followed: the lattice has it before the provider.
    if (this.#reconciler.isAwaited(call.sourceId, call.linkName)) await this.#queue.run(async () => undefined)
    const provider = this.#provider
    if (provider?.call) return await provider.call(call)
    const state = this.#failure === undefined ? 'stops' : `is being started anew: ${this.#failure}`
    throw new AppError('PROVIDER_STOPPED', `The provider "${this.#assignment.id}" ${state}`)
  }

  #onConfig(name: string, own: readonly string[]): void {
    this.#reconciler.configChanged(name)
    this.#sync({ repeatRefusals: false })
    if (own.includes(name)) void this.#queue.run(() => this.#reconfigure())
  }

  /** Hands the provider its changed configuration; one that cannot take it over is started anew with it. */
  async #reconfigure(): Promise<void> {
    const provider = this.#provider
    if (!provider) return
    try {
      const context = await this.#createContext()
      if (provider.configure) return await provider.configure(context)
      // Before the one that runs is touched: a configuration that it would refuse changes nothing.
      this.#assignment.definition.create(context)
    } catch (failure) {
      this.#warn('a provider keeps its old configuration', failure)
      return
    }
    this.#log.info('starting a provider anew, as its configuration has changed')
    this.#retire(provider, 'its configuration has changed')
    await this.#stopQuietly(provider)
    await this.#startAgain()
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
    const provider = this.#provider
    if (!provider) return
    const health = await provider.health().catch((failure: unknown) => {
      this.#warn('cannot check the health of a provider', failure)
      return { healthy: false, message: `it does not tell: ${errorChain(failure)}` }
    })
    if (this.#provider !== provider) return
    const unhealthy = this.#health.record(health)
    const { clock, healthCheckMs, timings } = this.#surroundings
    if (unhealthy >= timings.unhealthyLimit) {
      const told = health.message === undefined ? '' : `: ${health.message}`
      return this.#onFailure(provider, `it was unhealthy ${unhealthy} times in a row${told}`)
    }
    if (this.#reconciler.hasRefused()) this.#sync({ repeatRefusals: false })
    this.#setTimer(clock, healthCheckMs, () => this.#checkHealth())
  }

  /** Lets go of a provider that failed, and has another one started in its place. */
  #onFailure(provider: Provider, reason: string): void {
    if (this.#provider !== provider || this.#stopping) return
    this.#log.error('a provider has failed', { reason })
    this.#retire(provider, reason)
    this.#health.fail(reason)
    void this.#queue.run(() => this.#stopQuietly(provider))
    this.#decide(reason, this.#policy.onEnded(this.#surroundings.clock.now()))
  }

  /** From here on there is no provider; links wait for the next one. */
  #retire(provider: Provider, reason: string): void {
    if (this.#provider !== provider) return
    this.#cancelTimer?.()
    this.#provider = undefined
    this.#failure = reason
    this.#reconciler.forget()
  }

  #decide(reason: string, next: ReturnType<RestartPolicy['onFailedStart']>): void {
    if (this.#stopping) return
    if (next.kind === 'give-up') {
      const said = `${reason}; it was started anew ${next.restarts} times`
      this.#log.error('a provider is given up', { reason: said })
      return this.#assignment.onGivenUp(said)
    }
    this.#log.info('starting a provider anew', { attempt: this.#policy.restarts, afterMs: next.afterMs })
    if (next.afterMs === 0) return void this.#queue.run(() => this.#startAgain())
    this.#setTimer(this.#surroundings.clock, next.afterMs, () => this.#startAgain())
  }

  async #startAgain(): Promise<void> {
    if (this.#stopping || this.#provider) return
    try {
      this.#takeOver(await this.#createStarted())
    } catch (failure) {
      const reason = errorChain(failure)
      this.#failure = reason
      this.#warn('cannot start a provider anew', failure)
      return this.#decide(reason, this.#policy.onFailedStart())
    }
    this.#log.info('a provider runs again')
    // Behind this task, which the queue has not ended yet.
    this.#sync({ repeatRefusals: false })
    void this.#queue.run(() => this.#checkHealth())
  }

  #setTimer(clock: Clock, ms: number, task: () => Promise<void>): void {
    this.#cancelTimer?.()
    if (this.#stopping) return
    this.#cancelTimer = clock.after(ms, () => void this.#queue.run(task))
  }

  #createReconciler(clock: Clock): LinkReconciler {
    const { publish, timings } = this.#surroundings
    return new LinkReconciler({
      providerId: this.#assignment.id,
      resolve: (link) =>
        within(this.#resolveLink(link), {
          ...{ clock, ms: timings.linkMs, otherwise: 'its configuration could not be read' },
        }),
      onEstablished: (link) => this.#announceEstablished(link),
      onRefused: (link, error) => {
        const { source_id: source, target } = link
        this.#log.error('a provider refuses a link', { source, target, reason: error })
        publish('linkdef_set_failed', { ...link, error })
      },
      onUnlinkFailure: (_link, failure) => this.#warn('cannot take a link from a provider', failure),
    })
  }

  #announceEstablished(link: Link): void {
    const { hostId, publish } = this.#surroundings
    publish('linkdef_established', { ...link, host_id: hostId, provider_id: this.#assignment.id })
  }

  async #stopQuietly(provider: Provider): Promise<void> {
    await provider.stop().catch((failure: unknown) => this.#warn('cannot stop a failed provider', failure))
  }

  #warn(message: string, failure: unknown): void {
    this.#log.warn(message, { reason: errorChain(failure) })
  }
}
