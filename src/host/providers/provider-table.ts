import { createDeferred } from '../../core/deferred.js'
import { AppError } from '../../core/errors.js'
import type { ProviderDescription } from '../../lattice/control/inventory-schemas.js'
import type { Link, StartProviderRequest } from '../../lattice/control/schemas.js'
import { providerIdSchema } from '../../lattice/ids.js'
import type { Bucket } from '../../lattice/key-value.js'
import { changeComponentSpec } from '../../lattice/store/component-spec.js'
import { requirePermission } from '../authorize.js'
import type { Authorize } from '../authorize.js'
import { errorChain } from '../error-chain.js'
import type { ProviderDefinition } from '../provider.js'
import type { RpcTarget } from '../rpc-exchange.js'
import { resolveEmbedded } from './embedded-reference.js'
import { ProviderSupervisor } from './provider-supervisor.js'
import type { ProviderSurroundings } from './provider-supervisor.js'

/** What a ProviderTable works with. */
export interface ProviderTableOptions extends ProviderSurroundings {
  readonly definitions: readonly ProviderDefinition[]
  readonly store: Bucket
  readonly authorize: Authorize | undefined
}

interface RunningProvider {
  /** Settles when the start has succeeded or failed; never rejects. */
  readonly started: Promise<ProviderSupervisor | undefined>
  supervisor: ProviderSupervisor | undefined
}

/** The providers of this host, by id. */
export class ProviderTable {
  readonly #options: ProviderTableOptions
  readonly #running = new Map<string, RunningProvider>()

  constructor(options: ProviderTableOptions) {
    this.#options = options
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
    const entry: RunningProvider = { started: this.#start(request), supervisor: undefined }
    this.#running.set(request.provider_id, entry)
    void entry.started.then((supervisor) => {
      if (this.#running.get(request.provider_id) !== entry) return
      entry.supervisor = supervisor
      if (!supervisor) return this.#running.delete(request.provider_id)
      this.#publishStarted(supervisor)
      return supervisor.follow()
    })
  }

  /** Stops a provider, a starting one too. Returns false where there is none of that id. */
  async stop(id: string): Promise<boolean> {
    const entry = this.#running.get(id)
    if (!entry) return false
    const supervisor = await entry.started
    if (!supervisor || this.#running.get(id) !== entry) return false
    this.#running.delete(id)
    const { annotations } = supervisor.describe()
    await this.#stopSupervisor(id, supervisor)
    this.#options.publish('provider_stopped', {
      ...{ host_id: this.#options.hostId, provider_id: id, annotations: annotations ?? {} },
      ...{ reason: 'stop', instance_id: id, public_key: id, link_name: 'default' },
    })
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
    for (const [id, entry] of entries) {
      const supervisor = await entry.started
      if (supervisor) await this.#stopSupervisor(id, supervisor)
    }
  }

  async #start(request: StartProviderRequest): Promise<ProviderSupervisor | undefined> {
    const { provider_id: id, provider_ref: reference, config } = request
    const { hostId, publish, definitions } = this.#options
    try {
      requireEntityId(id)
      const { definition, imageRef } = resolveEmbedded(reference, definitions)
      const annotations = request.annotations ?? {}
      const asked = { providerId: id, imageRef, annotations }
      await requirePermission(this.#options.authorize, { kind: 'startProvider', request: asked })
      await this.#remember(id, imageRef)
      const supervisor = new ProviderSupervisor(
        { id, imageRef, definition, annotations, config },
        this.#options,
      )
      await supervisor.start()
      return supervisor
    } catch (failure) {
      const error = errorChain(failure)
      this.#options.log.error('cannot start a provider', { provider: id, reference, reason: error })
      const data = { provider_ref: reference, provider_id: id, host_id: hostId, error, link_name: 'default' }
      publish('provider_start_failed', data)
      return undefined
    }
  }

  /** Writes the provider's specification where there is none; links put earlier stay. */
  async #remember(id: string, imageRef: string): Promise<void> {
    await changeComponentSpec(this.#options.store, id, (current) => ({
      spec: current ? undefined : { url: imageRef, links: [] },
      result: undefined,
    }))
  }

  #publishStarted(supervisor: ProviderSupervisor): void {
    const { id, image_ref, annotations } = supervisor.describe()
    this.#options.publish('provider_started', {
      host_id: this.#options.hostId,
      image_ref: image_ref ?? '',
      provider_id: id,
      annotations: annotations ?? {},
    })
  }

  /** A provider that cannot stop, or does not come to an end, must not keep the host. */
  async #stopSupervisor(id: string, supervisor: ProviderSupervisor): Promise<void> {
    const { clock, log } = this.#options
    const late = createDeferred<void>()
    const cancel = clock.after(stopDeadlineMs, () =>
      late.reject(new Error(`it did not stop within ${stopDeadlineMs} ms`)),
    )
    try {
      await Promise.race([supervisor.stop(), late.promise])
    } catch (failure) {
      log.warn('cannot stop a provider cleanly', { provider: id, reason: errorChain(failure) })
    } finally {
      cancel()
    }
  }
}

const stopDeadlineMs = 10_000

function requireEntityId(id: string): void {
  if (providerIdSchema.safeParse(id).success) return
  throw new AppError(
    'PROVIDER_START_FAILED',
    `Provider id "${id}" may hold letters, digits, "_" and "-" only`,
  )
}
