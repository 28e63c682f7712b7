import { silentLogger } from '#washi/core/log.js'
import type { Clock } from '#washi/core/clock.js'
import { AppError } from '#washi/core/errors.js'
import type { ComponentRuntime } from '#washi/host/components/component-runtime.js'
import type { GuestLimits, GuestPool, GuestPoolOptions } from '#washi/host/engine/guest-pool.js'
import type { Host } from '#washi/host/host.js'
import type { HostOptions } from '#washi/host/host-options.js'
import type { Provider, ProviderContext, ProviderDefinition, ProviderLink } from '#washi/host/provider.js'
import { startHost } from '#washi/host/start-host.js'
import { connectLattice } from '#washi/lattice/connection.js'
import type { LatticeConnection } from '#washi/lattice/connection.js'
import { ControlClient } from '#washi/lattice/control/client.js'
import type { LatticeEvent } from '#washi/lattice/events/schemas.js'
import { subscribeEvents } from '#washi/lattice/events/subscribe-events.js'
import { parseLatticeName } from '#washi/lattice/ids.js'

/** A host with its own connection, a client with another, and the events that the client has seen. */
export interface HostKit extends AsyncDisposable {
  readonly host: Host
  readonly client: ControlClient
  readonly connection: LatticeConnection
  readonly runtime: FakeRuntime
  readonly provider: FakeProvider
  readonly events: EventLog
}

export type HostKitOptions = Partial<HostOptions> & { readonly url: string; readonly latticeName?: string }

/** Starts a host whose components and provider are fakes. */
export async function startHostKit({
  url,
  latticeName = 'default',
  ...options
}: HostKitOptions): Promise<HostKit> {
  const lattice = parseLatticeName(latticeName)
  const hostConnection = await connectLattice({ url, lattice, name: 'host' })
  const connection = await connectLattice({ url, lattice, name: 'client' })
  const runtime = new FakeRuntime()
  const provider = new FakeProvider()
  const events = new EventLog(connection)
  await connection.flush()
  const host = await startHost({
    connection: hostConnection,
    version: '0.1.0',
    log: silentLogger,
    runtime,
    providers: [provider.definition],
    ...options,
  })
  return {
    ...{ host, client: new ControlClient(connection), connection, runtime, provider, events },
    [Symbol.asyncDispose]: async () => {
      await host.stop()
      events.end()
      await hostConnection.close()
      await connection.close()
    },
  }
}

/** Keeps all events of a lattice and lets tests wait for one. */
export class EventLog {
  readonly all: LatticeEvent[] = []
  readonly #done = new AbortController()
  #waiting: (() => void)[] = []

  constructor(connection: LatticeConnection) {
    void this.#read(connection)
  }

  end(): void {
    this.#done.abort()
  }

  /** The first event of that kind at or after `from`, now or later, that `matches`. */
  async next<K extends LatticeEvent['kind']>(
    kind: K,
    matches: (event: Extract<LatticeEvent, { kind: K }>) => boolean = () => true,
    from = 0,
  ): Promise<Extract<LatticeEvent, { kind: K }>> {
    for (let index = from; ; index += 1) {
      while (index >= this.all.length) await new Promise<void>((resolve) => this.#waiting.push(resolve))
      const event = this.all[index]
      if (event?.kind === kind && matches(event as Extract<LatticeEvent, { kind: K }>)) {
        return event as Extract<LatticeEvent, { kind: K }>
      }
    }
  }

  count(kind: LatticeEvent['kind']): number {
    return this.all.filter((event) => event.kind === kind).length
  }

  async #read(connection: LatticeConnection): Promise<void> {
    for await (const event of subscribeEvents(connection, { signal: this.#done.signal })) {
      this.all.push(event)
      for (const wake of this.#waiting.splice(0)) wake()
    }
  }
}

/** Components whose bytes are their reference and whose pool answers with their id. */
export class FakeRuntime implements ComponentRuntime {
  readonly pools = new Map<string, FakePool>()

  load(reference: string): Promise<Uint8Array> {
    if (/missing|lib\.mjs/.test(reference) || reference === '') {
      return Promise.reject(
        new AppError('COMPONENT_NOT_FOUND', `Cannot read component "${reference}": no such file`),
      )
    }
    return Promise.resolve(new TextEncoder().encode(reference))
  }

  startPool(options: GuestPoolOptions): Promise<GuestPool> {
    const pool = new FakePool(options)
    this.pools.set(options.componentId, pool)
    return Promise.resolve(pool)
  }
}

export class FakePool implements GuestPool {
  readonly world = { imports: [], exports: [] } as unknown as GuestPool['world']
  readonly options: GuestPoolOptions
  limits: GuestLimits
  isStopped = false

  constructor(options: GuestPoolOptions) {
    this.options = options
    this.limits = options.limits
  }

  get code(): string {
    return new TextDecoder().decode(this.options.bytes)
  }

  colocation(): undefined {
    return undefined
  }

  setLimits(limits: GuestLimits): void {
    this.limits = limits
  }

  handleHttp: GuestPool['handleHttp'] = (_head, _hasBody, sink) => {
    queueMicrotask(() => {
      sink.onHead(200, [])
      sink.onChunk(new TextEncoder().encode(this.options.componentId))
      sink.onEnd([])
    })
    return { write: () => true, end: () => undefined, resume: () => undefined, cancel: () => undefined }
  }

  invoke: GuestPool['invoke'] = (request, sink) => {
    queueMicrotask(() => {
      sink.onResult(request.params)
      sink.onEnd()
    })
    return { write: () => true, end: () => undefined, resume: () => undefined, cancel: () => undefined }
  }

  drain(): Promise<void> {
    return Promise.resolve()
  }

  stop(): Promise<void> {
    this.isStopped = true
    return Promise.resolve()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }
}

/** A provider that writes down what it is told. */
export class FakeProvider {
  readonly calls: string[] = []
  /** Links that it has. */
  readonly links = new Map<string, ProviderLink>()
  readonly name: string
  context: ProviderContext | undefined
  healthy = true
  /** A link is refused with what this returns. */
  refuses: (link: ProviderLink) => string | undefined = () => undefined
  startFailure: Error | undefined
  stopNeverEnds = false

  readonly #calls: readonly string[]
  readonly #serves: readonly string[]

  constructor(
    name = 'http-server',
    {
      calls = name === 'http-server' ? ['wasi:http/incoming-handler'] : [],
      serves = [],
    }: { readonly calls?: readonly string[]; readonly serves?: readonly string[] } = {},
  ) {
    this.name = name
    this.#calls = calls
    this.#serves = serves
  }

  get definition(): ProviderDefinition {
    return {
      name: this.name,
      calls: this.#calls,
      serves: this.#serves,
      create: (context) => this.#create(context),
    }
  }

  #create(context: ProviderContext): Provider {
    this.context = context
    const link =
      (role: string) =>
      (given: ProviderLink): Promise<void> => {
        const refusal = this.refuses(given)
        if (refusal !== undefined) return Promise.reject(new AppError('LINK_REFUSED', refusal))
        this.calls.push(
          `${role} ${given.sourceId}>${given.target}/${given.name} ${JSON.stringify(given.sourceConfig)}`,
        )
        this.links.set(`${given.sourceId}>${given.target}/${given.name}`, given)
        return Promise.resolve()
      }
    return {
      start: () => {
        this.calls.push('start')
        return this.startFailure ? Promise.reject(this.startFailure) : Promise.resolve()
      },
      linkAsSource: link('source'),
      linkAsTarget: link('target'),
      unlink: (given) => {
        this.calls.push(`unlink ${given.sourceId}>${given.target}/${given.name}`)
        this.links.delete(`${given.sourceId}>${given.target}/${given.name}`)
        return Promise.resolve()
      },
      health: () => Promise.resolve({ healthy: this.healthy }),
      stop: () => {
        this.calls.push('stop')
        return this.stopNeverEnds ? new Promise(() => undefined) : Promise.resolve()
      },
    }
  }
}

/** A clock that only tests move. */
export class ManualClock implements Clock {
  #now = Date.parse('2026-01-01T00:00:00Z')
  #timers: { readonly at: number; readonly action: () => void }[] = []

  now(): number {
    return this.#now
  }

  after(delayMs: number, action: () => void): () => void {
    const timer = { at: this.#now + delayMs, action }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const due = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0]
      if (!due) break
      this.#timers = this.#timers.filter((timer) => timer !== due)
      this.#now = due.at
      due.action()
    }
    this.#now = end
  }
}
