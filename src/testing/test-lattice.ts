import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ApplicationsClient } from '../apps/api/applications-client.js'
import { deployApplication, type Deployment } from '../apps/deploy/deploy-application.js'
import { describeComponent } from '../component/describe-component.js'
import { loadComponent as readComponent } from '../component/references/load-component.js'
import { silentLogger, type LogRecord } from '../core/log.js'
import { createHttpOverRpc } from '../host/calls/http-over-rpc.js'
import { createRemoteTarget } from '../host/calls/remote-target.js'
import type { CallFailure } from '../host/http-exchange.js'
import type { LatticeConnection } from '../lattice/connection.js'
import { ControlClient } from '../lattice/control/client.js'
import { putConfig } from '../lattice/operations/configs.js'
import type { ControlledLattice } from '../lattice/operations/controlled-lattice.js'
import { getInventories } from '../lattice/operations/get-inventories.js'
import { putLink } from '../lattice/operations/put-link.js'
import { startComponent } from '../lattice/operations/start-component.js'
import { startProvider } from '../lattice/operations/start-provider.js'
import { notRunning, stopComponent } from '../lattice/operations/stop-component.js'
import { WrpcClient } from '../lattice/wrpc/client.js'
import type { Session } from '../session/start-session.js'
import type { World } from '../wit/model.js'
import { parseInterfaceName } from '../wit/interface-name.js'
import { AppError } from '../core/errors.js'
import { callFunction } from './call-function.js'
import { CallFailedError } from './call-failed-error.js'
import { findExportedFunction } from '../host/calls/exported-function.js'
import { fetchComponent, toRequest } from './fetch-component.js'
import type { LogBook, LogMatch, NextLogOptions } from './log-book.js'

/** A component to start. */
export interface ComponentToStart {
  readonly id: string
  /** Path or URL of its file. */
  readonly file: string | URL
  /** Values of wasi:config. */
  readonly config?: Readonly<Record<string, string>> | undefined
  /** Default 10. */
  readonly maxInstances?: number | undefined
}

/** A link to put. */
export interface LinkToPut {
  readonly source: string
  readonly target: string
  /** Names of interfaces of one package: `wasi:keyvalue/store`. */
  readonly interfaces: readonly string[]
  /** Default `default`. */
  readonly name?: string | undefined
  readonly sourceConfig?: Readonly<Record<string, string>> | undefined
  readonly targetConfig?: Readonly<Record<string, string>> | undefined
}

/** What a lattice of a test is made of; it takes all of it over. */
export interface TestLatticeParts {
  readonly session: Session
  readonly connection: LatticeConnection
  readonly book: LogBook<LogRecord>
  readonly removeStore: () => Promise<void>
}

const waitMs = 30_000

/** A lattice in this process. Each method returns once its effect was seen, and throws AppError with the reason otherwise. */
export class TestLattice implements AsyncDisposable {
  readonly hostId: string
  /** For other clients: `washi --ctl-port`, wash, or a NATS client. */
  readonly natsUrl: string
  readonly #parts: TestLatticeParts
  readonly #lattice: ControlledLattice
  readonly #client: WrpcClient
  #stopped: Promise<void> | undefined
  #configs = 0

  constructor(parts: TestLatticeParts) {
    this.#parts = parts
    this.hostId = parts.session.hostId
    this.natsUrl = parts.session.natsUrl
    this.#lattice = { connection: parts.connection, control: new ControlClient(parts.connection) }
    this.#client = new WrpcClient(parts.connection, silentLogger)
  }

  /** What bus, host, manager and components have logged; those of components have `component` among their fields. */
  get logs(): readonly LogRecord[] {
    return this.#parts.book.lines
  }

  /** The next line of the log that matches, now or later; rejects, with the lines that there were, after 5 s. */
  nextLog(match?: LogMatch<LogRecord>, options?: NextLogOptions): Promise<LogRecord> {
    return this.#parts.book.next(match, options)
  }

  /** Deploys the application of a manifest file, as `washi app deploy`; returns where it answers. */
  deploy(manifest: string | URL): Promise<Deployment> {
    const path = manifest instanceof URL ? fileURLToPath(manifest) : resolve(manifest)
    const client = new ApplicationsClient(this.#parts.connection)
    return deployApplication({ client, source: { kind: 'file', path }, waitMs })
  }

  /** Starts a component. */
  async startComponent({ id, file, config, maxInstances = 10 }: ComponentToStart): Promise<void> {
    const path = file instanceof URL ? fileURLToPath(file) : resolve(file)
    await startComponent(this.#lattice, {
      componentId: id,
      componentRef: `file://${path}`,
      host: this.hostId,
      constraints: {},
      maxInstances,
      config: await this.#storeConfig(id, config),
      allowUpdate: false,
      waitMs,
    })
  }

  /** Stops a component once its calls have ended. */
  async stopComponent(id: string): Promise<void> {
    await stopComponent(this.#lattice, { id, host: this.hostId, waitMs })
  }

  /** Starts a provider by its reference: `wasmcloud+builtin://http-server`. */
  async startProvider(
    id: string,
    reference: string,
    config?: Readonly<Record<string, string>>,
  ): Promise<void> {
    await startProvider(this.#lattice, {
      providerId: id,
      providerRef: reference,
      host: this.hostId,
      constraints: {},
      config: await this.#storeConfig(id, config),
      waitMs,
    })
  }

  /** Links components and providers, in place of a link under the same names. */
  async link({ source, target, interfaces, name, sourceConfig, targetConfig }: LinkToPut): Promise<void> {
    const names = interfaces.map(parseInterface)
    const [first, ...others] = names
    if (first === undefined || others.some((other) => other.packageName !== first.packageName)) {
      throw new AppError('USAGE_INVALID', 'A link lists interfaces of one package, at least one')
    }
    const [sourceNames, targetNames] = [
      await this.#storeConfig(`${source}-${target}`, sourceConfig),
      await this.#storeConfig(`${source}-${target}`, targetConfig),
    ]
    const link = {
      source_id: source,
      target,
      name: name ?? 'default',
      wit_namespace: first.namespace,
      wit_package: first.package,
      interfaces: names.map((one) => one.interface),
      source_config: [...sourceNames],
      target_config: [...targetNames],
    }
    await putLink(this.#lattice, link, { isReplacing: true })
  }

  /** Calls a function that a running component exports, over the lattice; as TestComponent.call(). */
  async call(
    component: string,
    instance: string,
    name: string,
    ...args: readonly unknown[]
  ): Promise<unknown> {
    const found = findExportedFunction(await this.#worldOf(component), instance, name)
    return await callFunction(this.#targetOf(component), found, args, explain)
  }

  /** Sends an HTTP request to a running component, over the lattice; as TestComponent.fetch(). */
  async fetch(component: string, input: Request | URL | string, init?: RequestInit): Promise<Response> {
    const target = createHttpOverRpc(this.#targetOf(component), { sourceId: 'test', linkName: 'default' })
    return await fetchComponent(target, toRequest(input, init), explain)
  }

  /** Takes everything down and removes its folder. Idempotent. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #stop(): Promise<void> {
    const { session, connection, removeStore } = this.#parts
    await this.#client.close()
    await connection.close()
    await session.stop()
    await removeStore()
  }

  #targetOf(component: string): ReturnType<typeof createRemoteTarget> {
    return createRemoteTarget(this.#client, { lattice: this.#parts.connection.lattice, id: component })
  }

  async #worldOf(component: string): Promise<World> {
    const inventories = await getInventories(this.#lattice.control, undefined)
    const running = inventories.flatMap(({ components }) => components).find(({ id }) => id === component)
    if (running === undefined) throw notRunning('component', component, undefined)
    return describeComponent(await readComponent(running.image_ref)).world
  }

  async #storeConfig(
    owner: string,
    values: Readonly<Record<string, string>> | undefined,
  ): Promise<readonly string[]> {
    if (values === undefined) return []
    this.#configs += 1
    const name = `${owner}-${this.#configs}`
    await putConfig(this.#lattice.control, name, values)
    return [name]
  }
}

const explain = (failure: CallFailure): CallFailedError => new CallFailedError(failure, {})

interface NamedInterface {
  readonly namespace: string
  readonly package: string
  readonly packageName: string
  readonly interface: string
}

function parseInterface(name: string): NamedInterface {
  const parsed = parseInterfaceName(name)
  if (parsed !== undefined) return { ...parsed, packageName: `${parsed.namespace}:${parsed.package}` }
  throw new AppError('USAGE_INVALID', `"${name}" is no name of an interface, such as wasi:keyvalue/store`)
}
