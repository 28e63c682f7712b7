import { within } from '../../core/within.js'
import type { ProviderDescription } from '../../lattice/control/inventory-schemas.js'
import type { Link, StartProviderRequest } from '../../lattice/control/schemas.js'
import type { Bucket } from '../../lattice/key-value.js'
import { changeComponentSpec } from '../../lattice/store/component-spec.js'
import { requirePermission } from '../authorize.js'
import type { Authorize } from '../authorize.js'
import { errorChain } from '../error-chain.js'
import { requireEntityId } from '../entity-id.js'
import type { ProviderDefinition } from '../provider.js'
import type { RpcTarget } from '../rpc-exchange.js'
import type { ExternalSurroundings } from './external/external-surroundings.js'
import { claimsOfEvent, storeProviderClaims } from './provider-claims.js'
import { resolveProvider } from './resolve-provider.js'
import type { ResolvedProvider } from './resolve-provider.js'
import { ProviderSupervisor } from './provider-supervisor.js'
import type { ProviderSurroundings } from './provider-supervisor.js'
import { throughOutage } from '../through-outage.js'

/** What a ProviderTable works with. */
export interface ProviderTableOptions extends ProviderSurroundings {
  readonly definitions: readonly ProviderDefinition[]
  readonly store: Bucket
  readonly authorize: Authorize | undefined
  readonly external: ExternalSurroundings
  readonly isFileLoadAllowed: boolean
}

interface RunningProvider {
  readonly request: StartProviderRequest
  /** Resolves when the start has succeeded or failed; never rejects. */
  started: Promise<ProviderSupervisor | undefined>
  /** Set while it starts. */
  starting: ProviderSupervisor | undefined
  /** Set once it runs. */
  supervisor: ProviderSupervisor | undefined
  isUnwanted: boolean
}

/** The providers of this host, by id. */
export class ProviderTable {
  readonly #options: ProviderTableOptions
  readonly #running = new Map<string, RunningProvider>()

  constructor(options: ProviderTableOptions) {
    this.#options = options
  }

  /** Ends the external providers of hosts that are gone. Before anything starts here. */
  async endOrphans(): Promise<void> {
    await this.#options.external.records.endOrphans(this.#options.log)
  }

  /** Whether a provider of that id runs, or is about to. */
  has(id: string): boolean {
    return this.#running.has(id)
  }

  /** What answers calls to the provider of that id, where it runs here and serves something. */
  target(id: string): RpcTarget | undefined {
    return this.#running.get(id)?.supervisor?.target
  }

  /** Those that run, sorted by id. */
  describe(): readonly ProviderDescription[] {
    return [...this.#running.keys()]
      .sort()
      .flatMap((id) => this.#running.get(id)?.supervisor?.describe() ?? [])
  }

  /**
   * Starts in the background and tells the outcome by provider_started or provider_start_failed; never throws.
   * The id must not be taken.
   */
  start(request: StartProviderRequest): void {
    const none = Promise.resolve(undefined)
    const entry: RunningProvider = {
      ...{ request, started: none, starting: undefined, supervisor: undefined, isUnwanted: false },
    }
    this.#running.set(request.provider_id, entry)
    entry.started = this.#start(entry)
  }

  /** Stops a provider, a starting one too. Returns false where there is none of that id. */
  async stop(id: string): Promise<boolean> {
    const entry = this.#running.get(id)
    if (!entry) return false
    cancel(entry)
    const supervisor = await entry.started
    if (this.#running.get(id) !== entry) return !supervisor
    this.#running.delete(id)
    if (!supervisor) return true
    await this.#stopSupervisor(id, supervisor)
    this.#publishStopped(supervisor, 'stop')
    return true
  }

  /** Passes the word that a link was put again to the providers that it names. */
  confirm(link: Link): void {
    for (const id of new Set([link.source_id, link.target])) this.#running.get(id)?.supervisor?.confirm(link)
  }

  /** Stops all, without events, as a stopping host does. */
  async stopAll(): Promise<void> {
    const entries = [...this.#running].reverse()
    this.#running.clear()
    for (const [, entry] of entries) cancel(entry)
    for (const [id, entry] of entries) {
      const supervisor = await entry.started
      if (supervisor) await this.#stopSupervisor(id, supervisor)
    }
  }

  async #start(entry: RunningProvider): Promise<ProviderSupervisor | undefined> {
    const { provider_id: id, provider_ref: reference } = entry.request
    try {
      const resolved = await this.#resolve(entry.request)
      const supervisor = await this.#startResolved(entry, resolved)
      if (this.#running.get(id) !== entry) return supervisor
      entry.supervisor = supervisor
      this.#publishStarted(supervisor, resolved)
      supervisor.follow()
      return supervisor
    } catch (failure) {
      const error = errorChain(failure)
      if (this.#running.get(id) === entry) this.#running.delete(id)
      const { publish, log, hostId } = this.#options
      log.error('cannot start a provider', { provider: id, reference, reason: error })
      const data = { provider_ref: reference, provider_id: id, host_id: hostId, error, link_name: 'default' }
      publish('provider_start_failed', data)
      return undefined
    } finally {
      entry.starting = undefined
    }
  }

  async #resolve({ provider_id: id, provider_ref, annotations = {} }: StartProviderRequest) {
    const { authorize, store } = this.#options
    requireEntityId('provider', id)
    const resolved = await resolveProvider(provider_ref, this.#options)
    const { imageRef, claims } = resolved
    const asked = { providerId: id, imageRef, annotations: annotations ?? {} }
    await requirePermission(authorize, { kind: 'startProvider', request: asked })
    await throughOutage(() => this.#remember(id, imageRef))
    if (claims) await storeProviderClaims(store, claims)
    return resolved
  }

  async #startResolved(
    entry: RunningProvider,
    { definition, imageRef }: ResolvedProvider,
  ): Promise<ProviderSupervisor> {
    const { provider_id: id, annotations, config } = entry.request
    const supervisor = new ProviderSupervisor(
      {
        ...{ id, imageRef, definition, annotations: annotations ?? {}, config },
        onGivenUp: (reason) => this.#giveUp(entry, supervisor, reason),
      },
      this.#options,
    )
    entry.starting = supervisor
    if (entry.isUnwanted) supervisor.cancelStart()
    await supervisor.start()
    return supervisor
  }

  #giveUp(entry: RunningProvider, supervisor: ProviderSupervisor, reason: string): void {
    const id = entry.request.provider_id
    if (this.#running.get(id) !== entry) return
    this.#running.delete(id)
    void this.#stopSupervisor(id, supervisor).then(() => this.#publishStopped(supervisor, reason))
  }

  /** Writes the provider's specification where there is none; links put earlier stay. */
  async #remember(id: string, imageRef: string): Promise<void> {
    await changeComponentSpec(this.#options.store, id, (current) => ({
      spec: current ? undefined : { url: imageRef, links: [] },
      result: undefined,
    }))
  }

  #publishStarted(supervisor: ProviderSupervisor, { claims }: ResolvedProvider): void {
    const { id, image_ref, annotations } = supervisor.describe()
    this.#options.publish('provider_started', {
      host_id: this.#options.hostId,
      image_ref: image_ref ?? '',
      provider_id: id,
      annotations: annotations ?? {},
      ...(claims
        ? { claims: claimsOfEvent(claims), instance_id: id, public_key: id, link_name: 'default' }
        : {}),
    })
  }

  #publishStopped(supervisor: ProviderSupervisor, reason: string): void {
    const { id, annotations } = supervisor.describe()
    this.#options.publish('provider_stopped', {
      ...{ host_id: this.#options.hostId, provider_id: id, annotations: annotations ?? {} },
      ...{ reason, instance_id: id, public_key: id, link_name: 'default' },
    })
  }

  /** A provider that cannot stop, or does not come to an end, must not keep the host. */
  async #stopSupervisor(id: string, supervisor: ProviderSupervisor): Promise<void> {
    const { clock, log, timings } = this.#options
    try {
      await within(supervisor.stop(), { clock, ms: timings.stopMs, otherwise: 'it did not stop' })
    } catch (failure) {
      log.warn('cannot stop a provider cleanly', { provider: id, reason: errorChain(failure) })
    }
  }
}

function cancel(entry: RunningProvider): void {
  entry.isUnwanted = true
  entry.starting?.cancelStart()
}
