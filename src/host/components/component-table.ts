import { readEmbeddedToken } from '../../component/embedded-token.js'
import type { Clock } from '../../core/clock.js'
import { AppError } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { ComponentDescription } from '../../lattice/control/inventory-schemas.js'
import type { ScaleComponentRequest } from '../../lattice/control/schemas.js'
import type { EventPublisher } from '../../lattice/events/event-publisher.js'
import { isSecretName } from '../../lattice/store/configs.js'
import type { Bucket } from '../../lattice/key-value.js'
import { changeComponentSpec } from '../../lattice/store/component-spec.js'
import type { EngineChoice } from '../engine/engine-choice.js'
import type { GuestPool, GuestPoolOptions, InstancePolicy, LinkedCalls } from '../engine/guest-pool.js'
import type { ComponentServing, ServeComponent } from '../calls/component-server.js'
import type { CallTap } from '../calls/call-tap.js'
import { createComponentTarget } from '../calls/component-target.js'
import type { HostChanges } from '../calls/host-changes.js'
import { refuseCall } from '../calls/refused-call.js'
import { requirePermission } from '../authorize.js'
import type { Authorize, ComponentInQuestion } from '../authorize.js'
import { createAuthorizedTarget } from '../calls/authorized-target.js'
import { errorChain } from '../error-chain.js'
import { requireEntityId } from '../entity-id.js'
import type { LiveConfigs } from '../links/live-configs.js'
import { sameSecrets } from '../../lattice/secrets/secret-value.js'
import type { SecretValues } from '../../lattice/secrets/secret-value.js'
import type { SecretResolver } from '../secrets/secret-resolver.js'
import { toGuestSecrets } from '../secrets/guest-secrets.js'
import { createSerialQueue } from '../serial-queue.js'
import type { SerialQueue } from '../serial-queue.js'
import type { HostLimits } from './component-limits.js'
import { resolveGuestLimits, resolveInstancePolicy } from './component-limits.js'
import type { ComponentRuntime } from './component-runtime.js'
import { claimsInQuestion, storeComponentClaims } from './component-claims.js'
import { ComponentEvents } from './component-events.js'
import type { Change } from './component-events.js'
import { loadCode, requireRoom } from './load-code.js'
import type { ComponentCode } from './load-code.js'
import { guestLogWriter } from './guest-log.js'
import { describeComponent } from './running-component.js'
import type { ComponentSettings, RunningComponent } from './running-component.js'
import { throughOutage } from '../through-outage.js'

/** What a ComponentTable works with. */
export interface ComponentTableOptions {
  readonly hostId: string
  readonly runtime: ComponentRuntime
  readonly configs: LiveConfigs
  readonly secrets: SecretResolver
  readonly store: Bucket
  readonly publish: EventPublisher
  readonly log: Logger
  readonly limits: HostLimits
  readonly isFileLoadAllowed: boolean
  readonly clock: Clock
  readonly instancePolicy: InstancePolicy
  readonly engine: EngineChoice
  /** Decides what starts and what may be called. */
  readonly authorize: Authorize | undefined
  /** How a component's imports reach what is linked to them. */
  readonly linkedCalls: (componentId: string) => LinkedCalls
  /** Told of every component that starts, changes or stops. */
  readonly changes: HostChanges
  /** Tells spies of the calls that components answer. */
  readonly tap: CallTap
  /** Makes a component's exports reachable on the lattice. */
  readonly serve: ServeComponent
}

/**
 * The components of this host. Requests for one component are worked off in the order in which they came; each ends in
 * an event: component_scaled once it is so, component_scale_failed with the whole reason otherwise.
 */
export class ComponentTable {
  readonly #options: ComponentTableOptions
  readonly #running = new Map<string, RunningComponent>()
  readonly #queues = new Map<string, SerialQueue>()
  readonly #tell: ComponentEvents
  #stopped = false

  constructor(options: ComponentTableOptions) {
    this.#options = options
    this.#tell = new ComponentEvents(options)
  }

  get(id: string): RunningComponent | undefined {
    return this.#running.get(id)
  }

  /** Sorted by id. */
  describe(): readonly ComponentDescription[] {
    return [...this.#running.keys()].sort().flatMap((id) => {
      const component = this.#running.get(id)
      return component ? [describeComponent(component)] : []
    })
  }

  /** Works the request off in the background; never throws. */
  scale(request: ScaleComponentRequest): void {
    this.#enqueue({ id: request.component_id, imageRef: request.component_ref, request }, async () => {
      await this.#scale(request)
      if (request.allow_update) await this.#update(request.component_id, request.component_ref)
    })
  }

  /** Replaces the code of a running component in the background; never throws. */
  update(id: string, imageRef: string): void {
    const running = this.#running.get(id)
    const request = { annotations: running?.annotations ?? {}, count: running?.settings.count ?? 0 }
    this.#enqueue({ id, imageRef, request }, () => this.#update(id, imageRef))
  }

  /** A config has changed: components that have a secret by that name get new instances where its value is another. */
  configChanged(name: string): void {
    if (!isSecretName(name)) return
    for (const { id, settings } of this.#running.values()) {
      if (settings.config.includes(name)) this.#queueOf(id, () => this.#renewSecrets(id))
    }
  }

  /** Stops everything; running calls get until `graceMs`. Later requests are dropped. */
  async stop(graceMs?: number): Promise<void> {
    this.#stopped = true
    await Promise.all([...this.#queues.values()].map((queue) => queue.idle()))
    const running = [...this.#running.values()]
    const closings = running.map(({ serving }) => serving.close(graceMs))
    this.#running.clear()
    const stops = await Promise.allSettled([...running.map(({ pool }) => pool.stop(graceMs)), ...closings])
    const failures = stops.flatMap((stop) => (stop.status === 'rejected' ? [stop.reason as unknown] : []))
    if (failures.length > 0) throw new AggregateError(failures, 'Cannot stop all components cleanly')
  }

  #enqueue(change: Change, task: () => Promise<void>): void {
    this.#queueOf(change.id, async () => {
      try {
        await task()
      } catch (failure) {
        this.#tell.failed(change, failure)
      }
    })
  }

  /** The task must not throw. */
  #queueOf(id: string, task: () => Promise<void>): void {
    const queue = this.#queues.get(id) ?? createSerialQueue()
    this.#queues.set(id, queue)
    const guarded = async (): Promise<void> => {
      if (!this.#stopped) await task()
    }
    void queue
      .run(guarded)
      .then(() => queue.idle())
      // The table of queues must not grow with every id that was ever named.
      .then(() => queue.pending === 0 && this.#queues.delete(id))
  }

  /** Instances that run keep what they have where the new value cannot be had. */
  async #renewSecrets(id: string): Promise<void> {
    const running = this.#running.get(id)
    if (!running) return
    try {
      const bytes = await this.#options.runtime.load(running.imageRef)
      if (sameSecrets(running.secrets, await this.#resolveSecrets(running, bytes))) return
      await this.#replacePool(running)
    } catch (failure) {
      const reason = errorChain(failure)
      this.#options.log.warn('a component keeps an old secret', { component: id, reason })
    }
  }

  async #scale(request: ScaleComponentRequest): Promise<void> {
    const running = this.#running.get(request.component_id)
    if (request.count === 0) return await this.#stopComponent(request, running)
    const settings = {
      count: request.count,
      limits: request.component_limits ?? null,
      config: request.config,
    }
    if (!running) return this.#tellScaled(await this.#start(request, settings))
    await this.#rescale(running, { settings, annotations: request.annotations ?? {} })
    this.#tellScaled(running)
  }

  async #start(request: ScaleComponentRequest, settings: ComponentSettings): Promise<RunningComponent> {
    const { component_id: id, component_ref: imageRef } = request
    requireEntityId('component', id)
    requireRoom(this.#running.size, this.#options.limits)
    const annotations = request.annotations ?? {}
    const policy = resolveInstancePolicy(annotations, this.#options.instancePolicy)
    await this.#requireConfigs(settings.config)
    const code = await loadCode(this.#options, imageRef)
    const component = { id, annotations, imageRef, settings, policy, claims: code.claims }
    await this.#requirePermission(component)
    const { pool, secrets } = await this.#startPool(
      { ...component, code },
      () => this.#running.get(id)?.settings.config ?? settings.config,
    )
    try {
      await throughOutage(() => this.#remember(component))
    } catch (failure) {
      await pool.stop(0)
      throw failure
    }
    const target = this.#targetOf(id, pool)
    const serving = this.#serve(id, pool)
    const running: RunningComponent = { ...component, secrets, pool, target, serving }
    this.#running.set(id, running)
    this.#options.changes.advance()
    return running
  }

  async #rescale(
    running: RunningComponent,
    wanted: {
      readonly settings: ComponentSettings
      readonly annotations: Readonly<Record<string, string>>
    },
  ): Promise<void> {
    const { settings } = wanted
    await this.#requireConfigs(settings.config)
    await this.#requirePermission({ ...running, settings, annotations: wanted.annotations })
    const policy = resolveInstancePolicy(wanted.annotations, running.policy)
    if (policy !== running.policy || secretsOf(settings) !== secretsOf(running.settings)) {
      await this.#replacePool({ ...running, settings, policy })
      running.policy = policy
    } else {
      running.pool.setLimits(resolveGuestLimits(this.#options.limits, settings))
    }
    running.settings = settings
    this.#options.changes.advance()
  }

  async #update(id: string, imageRef: string): Promise<void> {
    const running = this.#running.get(id)
    if (!running || running.imageRef === imageRef) return
    const code = await loadCode(this.#options, imageRef)
    await this.#requirePermission({ ...running, imageRef, claims: code.claims })
    await this.#replacePool({ ...running, imageRef, code })
    running.imageRef = imageRef
    running.claims = code.claims
    if (code.claims) await storeComponentClaims(this.#options.store, code.claims)
    this.#tellScaled(running)
  }

  /** Starts a pool as described and lets new calls go there; the old one ends its calls and stops. */
  async #replacePool(wanted: UnstartedComponent): Promise<void> {
    const running = this.#running.get(wanted.id)
    if (!running) return
    const old = running.pool
    const { pool, secrets } = await this.#startPool(wanted, () => running.settings.config)
    const oldServing = running.serving
    running.pool = pool
    running.secrets = secrets
    running.target = this.#targetOf(wanted.id, pool)
    running.serving = this.#serve(wanted.id, pool)
    this.#options.changes.advance()
    // Calls that the old code has, waiting ones too, end there.
    const retire = async (): Promise<void> => {
      await oldServing.close()
      await old.drain()
      await old.stop()
    }
    void retire().catch((failure: unknown) => {
      this.#options.log.warn('cannot stop replaced instances cleanly', {
        component: wanted.id,
        reason: errorChain(failure),
      })
    })
  }

  /** The pool as others call it, where they may. */
  #targetOf(id: string, pool: GuestPool): RunningComponent['target'] {
    const { authorize, tap } = this.#options
    const target = tap.wrap(id, createComponentTarget(pool))
    if (!authorize) return target
    return createAuthorizedTarget(target, authorize, () => {
      const { imageRef = '', annotations = {}, claims } = this.#running.get(id) ?? {}
      const signed = claimsInQuestion(claims, this.#options.clock.now())
      return { componentId: id, imageRef, annotations, maxInstances: 0, claims: signed }
    })
  }

  async #requirePermission(component: ComponentToStart): Promise<void> {
    const { id: componentId, imageRef, annotations } = component
    const request: ComponentInQuestion = {
      ...{ componentId, imageRef, annotations },
      maxInstances: component.settings.count,
      claims: claimsInQuestion(component.claims, this.#options.clock.now()),
    }
    await requirePermission(this.#options.authorize, { kind: 'startComponent', request })
  }

  /** Whatever code the component has when a call arrives answers it. */
  #serve(id: string, { world }: GuestPool): ComponentServing {
    return this.#options.serve({
      id,
      world,
      target: {
        invoke: (request, sink) =>
          this.#running.get(id)?.target.invoke(request, sink) ??
          refuseCall(sink, { kind: 'unavailable', message: `component "${id}" has stopped` }),
      },
    })
  }

  async #startPool(
    component: UnstartedComponent,
    configNames: () => readonly string[],
  ): Promise<{ readonly pool: GuestPool; readonly secrets: SecretValues }> {
    const { runtime, configs, log, limits, engine } = this.#options
    const { bytes } = component.code ?? (await loadCode(this.#options, component.imageRef))
    const secrets = await this.#resolveSecrets(component, bytes)
    const options: GuestPoolOptions = {
      componentId: component.id,
      bytes,
      limits: resolveGuestLimits(limits, component.settings),
      instancePolicy: component.policy,
      engine,
      config: () => configs.merged(configNames()),
      secrets: toGuestSecrets(secrets),
      linked: this.#options.linkedCalls(component.id),
      changes: this.#options.changes.word,
      onLog: guestLogWriter(log, component.id),
      log: log.child({ component: component.id }),
      maxThreads: limits.maxThreads,
    }
    try {
      return { pool: await runtime.startPool(options), secrets }
    } catch (cause) {
      const message = `Cannot start component "${component.id}" from "${component.imageRef}"`
      throw new AppError('COMPONENT_START_FAILED', message, { cause })
    }
  }

  async #resolveSecrets(component: UnstartedComponent, bytes: Uint8Array): Promise<SecretValues> {
    const { annotations, settings } = component
    try {
      const user = { token: readEmbeddedToken(bytes), annotations }
      return await this.#options.secrets.resolve(settings.config, user)
    } catch (cause) {
      const message = `Cannot start component "${component.id}": its secrets cannot be fetched`
      throw new AppError('COMPONENT_START_FAILED', message, { cause })
    }
  }

  async #requireConfigs(names: readonly string[]): Promise<void> {
    try {
      await this.#options.configs.resolve(names)
    } catch (cause) {
      throw new AppError('COMPONENT_START_FAILED', 'Unable to fetch requested config', { cause })
    }
  }

  #tellScaled(component: RunningComponent): void {
    this.#tell.scaled({ ...component, count: component.settings.count })
  }

  /** Writes the component's specification where there is none; links put earlier stay. */
  async #remember({ id, imageRef, claims }: ComponentToStart): Promise<void> {
    if (claims) await storeComponentClaims(this.#options.store, claims)
    await changeComponentSpec(this.#options.store, id, (current) => ({
      spec: current ? undefined : { url: imageRef, links: [] },
      result: undefined,
    }))
  }

  async #stopComponent(request: ScaleComponentRequest, running: RunningComponent | undefined): Promise<void> {
    const { component_id: id, component_ref: imageRef } = request
    const annotations = running?.annotations ?? request.annotations ?? {}
    // Further calls go to other hosts that run it, or find nobody.
    const closing = running?.serving.close()
    this.#running.delete(id)
    this.#options.changes.advance()
    // The caller hears of the stop when no call runs any more.
    await running?.pool.stop()
    await closing
    const { imageRef: ran = imageRef, claims } = running ?? {}
    this.#tell.scaled({ id, imageRef: ran, annotations, claims, count: 0 })
  }
}

/** What is asked about before a component starts. */
type ComponentToStart = Pick<RunningComponent, 'id' | 'annotations' | 'imageRef' | 'settings' | 'claims'>

/** A component that has no code yet. */
type UnstartedComponent = Omit<RunningComponent, 'secrets' | 'pool' | 'target' | 'serving'> & {
  /** Fetched already. */
  readonly code?: ComponentCode
}

function secretsOf({ config }: ComponentSettings): string {
  return config.filter(isSecretName).join()
}
