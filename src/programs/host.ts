import type { ApplicationSummary } from '../apps/api/applications.js'
import { deployApplication, type Deployment } from '../apps/deploy/deploy-application.js'
import { deleteApplication, undeployApplication } from '../apps/deploy/undeploy-application.js'
import type { ApplicationStatus } from '../apps/planner/status.js'
import { createDeferred } from '../core/deferred.js'
import { findExportedFunction } from '../host/calls/exported-function.js'
import { createHttpOverRpc } from '../host/calls/http-over-rpc.js'
import { createRemoteTarget } from '../host/calls/remote-target.js'
import type { ProviderDefinition } from '../host/provider.js'
import type { HostInventory, HostSummary } from '../lattice/control/inventory-schemas.js'
import type { Link, RegistryCredentials } from '../lattice/control/schemas.js'
import type { LatticeEvent } from '../lattice/events/schemas.js'
import { subscribeEvents } from '../lattice/events/subscribe-events.js'
import { parseComponentId, parseHostId, parseProviderId } from '../lattice/ids.js'
import { deleteConfig, getConfig, putConfig } from '../lattice/operations/configs.js'
import { deleteLink, findLinks, type LinksChoice } from '../lattice/operations/delete-link.js'
import { getInventories } from '../lattice/operations/get-inventories.js'
import { labelHost } from '../lattice/operations/label-host.js'
import { putLink, type PutLinkOutcome } from '../lattice/operations/put-link.js'
import { startComponent } from '../lattice/operations/start-component.js'
import { startProvider } from '../lattice/operations/start-provider.js'
import { stopComponent } from '../lattice/operations/stop-component.js'
import { stopHost } from '../lattice/operations/stop-host.js'
import { stopProvider } from '../lattice/operations/stop-provider.js'
import { updateComponent } from '../lattice/operations/update-component.js'
import { callValues } from '../session/call/call-values.js'
import { findWorld } from '../session/call/callable.js'
import { fetchComponent, toRequest } from '../session/call/fetch-component.js'
import { toTypedExports } from '../session/call/typed-exports.js'
import type { AnyExports, ComponentExports, ExportTypes } from '../session/call/typed-exports.js'
import { embeddedProviders } from '../session/embedded-providers.js'
import type { SessionEnd } from '../session/start-session.js'
import { StopStack } from '../session/stop-stack.js'
import type { World } from '../wit/model.js'
import { prepareSession, type HostOptions } from './host-options.js'
import { ImageStore, type ImageSource } from './image-store.js'
import { parsePackage, toLink, type LinkSpec } from './link-spec.js'
import { explain, notRunning } from './failures.js'
import { toManifestSource } from './method-options.js'
import type {
  ApplyOptions,
  ManifestText,
  StartComponentOptions,
  StartProviderOptions,
} from './method-options.js'
import { startParts, type RunningParts } from './running-parts.js'
import { storeConfig } from './stored-config.js'
import { addDefinition, providerReference } from './provider-definitions.js'

/** As whom programs call. */
const sourceId = 'washi'

/**
 * A wasmCloud host in this process. It answers to the whole lattice, as one of `washi up` does; its methods act on this
 * host where they start something, and on the lattice elsewhere. Each of them returns once its effect was seen, and
 * throws AppError with the reason otherwise. Single use: to start again, make another one. Whoever starts it stops it.
 */
export class Host implements AsyncDisposable {
  /** Resolves with the reason when the host has stopped, whoever wanted it; never rejects. */
  readonly closed: Promise<SessionEnd>
  readonly #options: HostOptions
  readonly #closing = createDeferred<SessionEnd>()
  readonly #abort = new AbortController()
  readonly #stops = new StopStack()
  readonly #images = new ImageStore()
  readonly #definitions: ProviderDefinition[]
  #starting: Promise<RunningParts> | undefined
  #running: RunningParts | undefined
  #stopped: Promise<void> | undefined

  constructor(options: HostOptions = {}) {
    this.#options = options
    this.#definitions = [...(options.providers ?? []), ...embeddedProviders]
    this.closed = this.#closing.promise
  }

  /** The host's public key, `N…`. Throws HOST_NOT_RUNNING before its start. */
  get id(): string {
    return this.#started.session.hostId
  }

  /** Where its bus is: for other hosts, `washi --ctl-port`, wash, or a NATS client. Throws HOST_NOT_RUNNING before its start. */
  get natsUrl(): string {
    return this.#started.session.natsUrl
  }

  /**
   * Starts the host, and resolves with it once it answers to its lattice. Throws what the failing part threw after the
   * others were taken down, the reason of the signal, or HOST_NOT_RUNNING where it has been stopped.
   */
  async start(): Promise<this> {
    if (this.#starting || this.#stopped) throw notRunning('it can be started once')
    this.#starting = this.#start()
    try {
      this.#running = await this.#starting
      this.#abort.signal.throwIfAborted()
    } catch (failure) {
      await this.stop().catch(() => undefined) // what could not start says more
      throw failure
    }
    void this.#running.session.ended.then((end) => this.#end(end).catch(() => undefined)) // stop() tells it
    return this
  }

  /** Stops it and everything that it has started, and leaves the lattice. Idempotent, and safe at any time. */
  stop(): Promise<void> {
    return this.#end({ kind: 'stopped' })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  /** What this host runs. */
  async inventory(): Promise<HostInventory> {
    return await this.#control.getInventory(parseHostId(this.id))
  }

  /** The hosts of the lattice, this one among them, sorted by id. */
  async hosts(): Promise<readonly HostSummary[]> {
    return await this.#control.listHosts()
  }

  /** What every host of the lattice runs, sorted by host. */
  async inventories(): Promise<readonly HostInventory[]> {
    return await getInventories(this.#control)
  }

  /** What happens in the lattice from now on, until the signal, or until the host stops. */
  events(signal?: AbortSignal): AsyncIterable<LatticeEvent> {
    const { connection } = this.#parts
    const until = signal ? AbortSignal.any([signal, this.#abort.signal]) : this.#abort.signal
    return subscribeEvents(connection, { signal: until })
  }

  /** Starts a component on this host; one that runs here already gets the new number of instances and config. */
  async startComponent(id: string, image: ImageSource, options: StartComponentOptions = {}): Promise<void> {
    const { lattice, waitMs } = this.#parts
    const { config, maxInstances = 10, allowUpdate = false } = options
    await startComponent(lattice, {
      componentId: parseComponentId(id),
      componentRef: await this.#images.toReference(image),
      host: this.id,
      constraints: {},
      maxInstances,
      config: await storeConfig(lattice.control, `${id}-config`, config),
      allowUpdate,
      waitMs,
    })
  }

  /** Stops a component of this host once its calls have ended. Throws NOT_RUNNING. */
  async stopComponent(id: string): Promise<void> {
    const { lattice, waitMs } = this.#parts
    await stopComponent(lattice, { id, host: this.id, waitMs })
  }

  /** Replaces the code of a component of this host; calls that run end with the old one. False where it ran that already. */
  async updateComponent(id: string, image: ImageSource): Promise<boolean> {
    const { lattice, waitMs } = this.#parts
    const componentRef = await this.#images.toReference(image)
    const options = { componentId: id, componentRef, host: this.id, waitMs }
    return (await updateComponent(lattice, options)).isChanged
  }

  /**
   * Starts a provider on this host: an image, `wasmcloud+builtin://NAME`, or one written in JavaScript. Links to it that
   * the lattice has already are there when it resolves.
   */
  async startProvider(
    id: string,
    provider: ImageSource | ProviderDefinition,
    options: StartProviderOptions = {},
  ): Promise<void> {
    const { lattice, waitMs } = this.#parts
    const isImage = typeof provider === 'string' || provider instanceof URL || provider instanceof Uint8Array
    if (!isImage) addDefinition(this.#definitions, provider)
    await startProvider(lattice, {
      providerId: parseProviderId(id),
      providerRef: isImage ? await this.#images.toReference(provider) : providerReference(provider),
      host: this.id,
      constraints: {},
      config: await storeConfig(lattice.control, `${id}-config`, options.config),
      waitMs,
    })
  }

  /** Stops a provider of this host. Throws NOT_RUNNING. */
  async stopProvider(id: string): Promise<void> {
    const { lattice, waitMs } = this.#parts
    await stopProvider(lattice, { id, host: this.id, waitMs })
  }

  /** Stops another host of the lattice, which may take `graceMs` for its running calls. */
  async stopHost(hostId: string, graceMs = 5_000): Promise<void> {
    const { lattice, waitMs } = this.#parts
    await stopHost(lattice, { hostId: parseHostId(hostId), graceMs, waitMs })
  }

  /**
   * Calls a function that a running component exports, wherever in the lattice it runs: the interface with or without its
   * version, empty for functions of the world. Rejects with ComponentError for the error of a result, with CallFailedError
   * where there is no answer, and with ValueError or FUNCTION_NOT_FOUND where it cannot be called so.
   */
  async call(
    component: string,
    instance: string,
    name: string,
    ...args: readonly unknown[]
  ): Promise<unknown> {
    const found = findExportedFunction(await this.#worldOf(component), instance, name)
    return await callValues(this.#targetOf(component), found, { args, sourceId, explain })
  }

  /** The functions of a running component, with the types that the caller declares; they fail as call() does. */
  async exportsOf<Types extends ExportTypes = AnyExports>(
    component: string,
  ): Promise<ComponentExports<Types>> {
    const target = this.#targetOf(component)
    return toTypedExports<Types>(await this.#worldOf(component), (found, args) =>
      callValues(target, found, { args, sourceId, explain }),
    )
  }

  /**
   * Sends an HTTP request to a running component, as fetch() would; a path alone is of http://localhost. Rejects with
   * CallFailedError where it does not answer.
   */
  async fetch(component: string, input: Request | URL | string, init?: RequestInit): Promise<Response> {
    const target = createHttpOverRpc(this.#targetOf(component), { sourceId, linkName: 'default' })
    return await fetchComponent(target, toRequest(input, init), explain)
  }

  /**
   * Puts a link, whether its ends run yet or not, and waits for what a running provider makes of it. Throws LINK_EXISTS
   * where there is one with other values (`replace` deletes that first), LINK_FAILED with the provider's reason.
   */
  async putLink(link: LinkSpec, { replace = false }: { replace?: boolean } = {}): Promise<PutLinkOutcome> {
    const { lattice } = this.#parts
    return await putLink(lattice, await toLink(lattice.control, link), { isReplacing: replace })
  }

  /**
   * Deletes a link of a source by the package of its interfaces (`wasi:keyvalue`); without a name, the only one there is.
   * Throws LINK_NOT_FOUND, LINK_AMBIGUOUS.
   */
  async deleteLink(link: {
    readonly source: string
    readonly package: string
    readonly name?: string
  }): Promise<void> {
    const { source, package: owner, name } = link
    await deleteLink(this.#control, { source_id: source, ...parsePackage(owner), name })
  }

  /** The links of the lattice, or those of a source or to a target. */
  async links(choice: LinksChoice = {}): Promise<readonly Link[]> {
    return await findLinks(this.#control, choice)
  }

  /** Stores a named config in place of what it held; components and links that name it have the new values. */
  async putConfig(name: string, values: Readonly<Record<string, string>>): Promise<void> {
    await putConfig(this.#control, name, values)
  }

  /** The values of a named config. Throws CONFIG_NOT_FOUND. */
  async getConfig(name: string): Promise<Readonly<Record<string, string>>> {
    return await getConfig(this.#control, name)
  }

  /** Deletes a named config. Throws CONFIG_NOT_FOUND. */
  async deleteConfig(name: string): Promise<void> {
    await deleteConfig(this.#control, name)
  }

  /**
   * Deploys the application of a manifest, given by its path or as text, and resolves with where it answers once every
   * part of it runs. Applying the same one again changes nothing.
   */
  async applyManifest(
    manifest: string | URL | ManifestText,
    options: ApplyOptions = {},
  ): Promise<Deployment> {
    const { applications: client, waitMs } = this.#parts
    const source = toManifestSource(manifest)
    return await deployApplication({ client, source, waitMs, ...options })
  }

  /** The applications of the lattice, sorted by name. */
  async applications(): Promise<readonly ApplicationSummary[]> {
    return await this.#parts.applications.list()
  }

  /** How an application stands, part by part. */
  async applicationStatus(name: string): Promise<ApplicationStatus> {
    return await this.#parts.applications.status(name)
  }

  /** Ends what runs of an application; its versions stay stored. */
  async undeployApplication(name: string): Promise<void> {
    const { applications: client, waitMs } = this.#parts
    await undeployApplication({ client, name, waitMs })
  }

  /** Deletes an application, or one version of it, and ends what of it runs. */
  async deleteApplication(name: string, version?: string): Promise<void> {
    const { applications: client, waitMs } = this.#parts
    await deleteApplication({ client, name, version, waitMs })
  }

  /** The claims of signed components and providers that the lattice has seen. */
  async claims(): Promise<readonly Readonly<Record<string, string>>[]> {
    return await this.#control.getClaims()
  }

  /** The labels of this host, with those that it has by itself (`hostcore.os`). */
  async labels(): Promise<Readonly<Record<string, string>>> {
    return (await this.inventory()).labels
  }

  /** Puts a label on this host. */
  async putLabel(key: string, value: string): Promise<void> {
    await labelHost(this.#control, { host: this.id, labels: [[key, value]], isDelete: false })
  }

  /** Takes a label off this host. */
  async deleteLabel(key: string): Promise<void> {
    await labelHost(this.#control, { host: this.id, labels: [[key, '']], isDelete: true })
  }

  /** Which image each component and provider of the lattice runs, by id. */
  async references(): Promise<ReadonlyMap<string, string>> {
    const running = (await this.inventories()).flatMap(({ components, providers }) => [
      ...components,
      ...providers,
    ])
    return new Map(running.map(({ id, image_ref }) => [id, image_ref ?? '']))
  }

  /** Tells every host of the lattice with which credentials to pull images, by registry. */
  async putRegistries(credentials: RegistryCredentials): Promise<void> {
    await this.#control.putRegistries(credentials)
  }

  get #started(): RunningParts {
    if (this.#running) return this.#running
    throw notRunning(this.#stopped ? 'it has stopped' : 'start() comes first')
  }

  get #parts(): RunningParts {
    if (this.#stopped) throw notRunning('it has stopped')
    return this.#started
  }

  get #control(): RunningParts['lattice']['control'] {
    return this.#parts.lattice.control
  }

  async #start(): Promise<RunningParts> {
    const { signal, waitMs = 30_000 } = this.#options
    const onAbort = (): void => {
      this.#abort.abort(signal?.reason)
      void this.stop().catch(() => undefined) // whoever stops it is told
    }
    if (signal?.aborted) onAbort()
    signal?.addEventListener('abort', onAbort, { once: true })
    this.#stops.add(() => Promise.resolve(signal?.removeEventListener('abort', onAbort)))
    this.#abort.signal.throwIfAborted()
    const given = { providers: this.#definitions, signal: this.#abort.signal }
    return await startParts(await prepareSession(this.#options, given), { stops: this.#stops, waitMs })
  }

  #end(end: SessionEnd): Promise<void> {
    this.#stopped ??= this.#takeDown(end)
    return this.#stopped
  }

  async #takeDown(end: SessionEnd): Promise<void> {
    if (!this.#abort.signal.aborted) this.#abort.abort(notRunning('it has been stopped'))
    await this.#starting?.catch(() => undefined) // start() tells it
    try {
      await this.#stops.stop()
      await this.#images.remove()
    } finally {
      this.#closing.resolve(end)
    }
  }

  async #worldOf(componentId: string): Promise<World> {
    return await findWorld(this.#control, { componentId, typesFile: undefined })
  }

  #targetOf(id: string): ReturnType<typeof createRemoteTarget> {
    const { client, connection } = this.#parts
    return createRemoteTarget(client, { lattice: connection.lattice, id })
  }
}
