import type { Deployment } from '../apps/deploy/deploy-application.js'
import type { LogRecord } from '../core/log.js'
import type { Host } from '../programs/host.js'
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

/** A lattice in this process. Each method returns once its effect was seen, and throws AppError with the reason otherwise. */
export class TestLattice implements AsyncDisposable {
  readonly hostId: string
  /** For other clients: `washi --ctl-port`, wash, or a NATS client. */
  readonly natsUrl: string
  /** The host of the lattice, for what is not here. */
  readonly host: Host
  readonly #book: LogBook<LogRecord>

  constructor(host: Host, book: LogBook<LogRecord>) {
    this.host = host
    this.hostId = host.id
    this.natsUrl = host.natsUrl
    this.#book = book
  }

  /** What bus, host, manager and components have logged; those of components have `component` among their fields. */
  get logs(): readonly LogRecord[] {
    return this.#book.lines
  }

  /** The next line of the log that matches, now or later; rejects, with the lines that there were, after 5 s. */
  nextLog(match?: LogMatch<LogRecord>, options?: NextLogOptions): Promise<LogRecord> {
    return this.#book.next(match, options)
  }

  /** Deploys the application of a manifest file, as `washi app deploy`; returns where it answers. */
  async deploy(manifest: string | URL): Promise<Deployment> {
    return await this.host.applyManifest(manifest)
  }

  /** Starts a component. */
  async startComponent({ id, file, config, maxInstances }: ComponentToStart): Promise<void> {
    await this.host.startComponent(id, file, { config, maxInstances })
  }

  /** Stops a component once its calls have ended. */
  async stopComponent(id: string): Promise<void> {
    await this.host.stopComponent(id)
  }

  /** Starts a provider by its reference: `wasmcloud+builtin://http-server`. */
  async startProvider(
    id: string,
    reference: string,
    config?: Readonly<Record<string, string>>,
  ): Promise<void> {
    await this.host.startProvider(id, reference, { config })
  }

  /** Links components and providers, in place of a link under the same names. */
  async link(link: LinkToPut): Promise<void> {
    await this.host.putLink(link, { replace: true })
  }

  /** Calls a function that a running component exports, over the lattice; as TestComponent.call(). */
  async call(
    component: string,
    instance: string,
    name: string,
    ...args: readonly unknown[]
  ): Promise<unknown> {
    return await this.host.call(component, instance, name, ...args)
  }

  /** Sends an HTTP request to a running component, over the lattice; as TestComponent.fetch(). */
  async fetch(component: string, input: Request | URL | string, init?: RequestInit): Promise<Response> {
    return await this.host.fetch(component, input, init)
  }

  /** Takes everything down and removes its folder. Idempotent. */
  async stop(): Promise<void> {
    await this.host.stop()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }
}
