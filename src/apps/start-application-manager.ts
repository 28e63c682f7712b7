import { randomUUID } from 'node:crypto'
import type { Clock } from '../core/clock.js'
import { systemClock } from '../core/clock.js'
import { AppError, messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import type { LatticeConnection } from '../lattice/connection.js'
import type { ApiSurroundings, ManagerEvent } from './api/api-surroundings.js'
import { serveApi } from './api/serve-api.js'
import { managerEventSubject, modelSubject } from './api/subjects.js'
import { encodeManifest } from './manifest/encode-manifest.js'
import { Reconciler } from './reconciler/reconciler.js'
import { Wake } from './reconciler/wake.js'
import { ApplicationStore } from './store/application-store.js'
import { ManagerLease } from './store/manager-lease.js'

/** What startApplicationManager() needs. The connection stays the caller's. */
export interface ApplicationManagerOptions {
  readonly connection: LatticeConnection
  readonly log: Logger
  readonly clock?: Clock | undefined
  /** From 0 to below 1; for the jitter of retries. */
  readonly random?: (() => number) | undefined
}

/**
 * A running application manager. While another one serves the lattice (washi's or a real wadm) it stands by, and takes
 * over when that is gone. Whoever started it stops it; applications keep running then.
 */
export interface ApplicationManager extends AsyncDisposable {
  readonly role: 'active' | 'standby'
  /** Resolves when it ends, with the reason where that was not stop(); never rejects. */
  readonly closed: Promise<Error | undefined>
  /** Idempotent. */
  stop(): Promise<void>
}

/** How long a standing-by manager waits before it looks again whether the other one is gone. */
const standbyMs = 5_000

/** How long the holder of the lease may take from taking it to serving before it counts as gone. */
const graceMs = 400

/**
 * Starts the application manager of the connection's lattice; resolves once it serves the application API, or stands by.
 * Throws where the bus has no JetStream.
 */
export async function startApplicationManager(
  options: ApplicationManagerOptions,
): Promise<ApplicationManager> {
  const { clock = systemClock, random = Math.random } = options
  const [store, lease] = await Promise.all([
    ApplicationStore.open(options.connection),
    ManagerLease.open(options.connection),
  ])
  const manager = new RunningManager({ ...options, clock, random, store, lease })
  await manager.start()
  return manager
}

interface ManagerParts extends ApplicationManagerOptions {
  readonly clock: Clock
  readonly random: () => number
  readonly store: ApplicationStore
  readonly lease: ManagerLease
}

class RunningManager implements ApplicationManager {
  readonly #parts: ManagerParts
  readonly #abort = new AbortController()
  readonly #wake: Wake
  #role: 'active' | 'standby' = 'standby'
  #closed: Promise<Error | undefined> = Promise.resolve(undefined)

  constructor(parts: ManagerParts) {
    this.#parts = parts
    this.#wake = new Wake(parts.clock)
    this.#abort.signal.addEventListener('abort', () => this.#wake.notify(), { once: true })
  }

  get role(): 'active' | 'standby' {
    return this.#role
  }

  get closed(): Promise<Error | undefined> {
    return this.#closed
  }

  async start(): Promise<void> {
    const { connection, log } = this.#parts
    const isActive = await this.#takeLease()
    if (!isActive) {
      log.warn('another application manager serves this lattice: standing by', {
        lattice: connection.lattice,
      })
    }
    this.#closed = this.#settle(this.#run(isActive))
    // The subscription is in force before anybody is told that the manager runs.
    await connection.flush()
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    await this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #settle(ended: Promise<void>): Promise<Error | undefined> {
    try {
      await ended
      return undefined
    } catch (failure) {
      if (this.#abort.signal.aborted) return undefined
      this.#parts.log.error('the application manager has stopped', { reason: messageOf(failure) })
      return failure instanceof Error ? failure : new Error(String(failure))
    }
  }

  /** Serves while it has the lease, and stands by while somebody else has. */
  async #run(isActive: boolean): Promise<void> {
    const { log } = this.#parts
    if (isActive) await this.#serve()
    while (!this.#abort.signal.aborted) {
      await this.#pause(standbyMs)
      if (this.#abort.signal.aborted || !(await this.#mayServe())) continue
      log.info('no other application manager serves the lattice: taking over')
      await this.#serve()
      if (!this.#abort.signal.aborted) log.warn('another application manager has taken over: standing by')
    }
  }

  /** As #takeLease(); a bus that is away is no reason to end. */
  async #mayServe(): Promise<boolean> {
    try {
      return await this.#takeLease()
    } catch (failure) {
      if (!(failure instanceof AppError)) throw failure
      this.#parts.log.debug('cannot look for other application managers', { reason: failure.message })
      return false
    }
  }

  /**
   * Takes the lease where nobody serves: at once where nobody has it, else after the holder had time to begin. False where
   * somebody serves, or is faster. A real wadm has no lease, but is seen by its subscription.
   */
  async #takeLease(): Promise<boolean> {
    const { lease } = this.#parts
    if (await this.#isServed()) return false
    const seen = await lease.holder()
    if (seen && !lease.isOwn(seen)) {
      await this.#pause(graceMs)
      if (await this.#isServed()) return false
    }
    // Whoever held it may have begun to serve just before it was taken: it then sees that it has lost it, and ends.
    return (await lease.take(seen)) && !(await this.#isServed())
  }

  async #pause(ms: number): Promise<void> {
    await this.#wake.wait(this.#parts.clock.now() + ms)
  }

  async #serve(): Promise<void> {
    const { connection, store, log, clock, random, lease } = this.#parts
    this.#role = 'active'
    const reconciler = new Reconciler({ connection, store, log, clock, random })
    const api: ApiSurroundings = {
      store,
      statusOf: (name) => reconciler.statusOf(name),
      now: () => clock.now(),
      announce: (event) => announce(this.#parts, event),
    }
    const ended = new AbortController()
    const all = AbortSignal.any([this.#abort.signal, ended.signal])
    const lost = lease.lost(all).then(() => ended.abort())
    const parts = [serveApi(api, { connection, log, signal: all }), reconciler.run(all), lost]
    for (const part of parts) part.catch(() => ended.abort())
    const outcomes = await Promise.allSettled(parts)
    this.#role = 'standby'
    if (this.#abort.signal.aborted) await lease.release().catch(() => undefined) // the next one waits a moment longer
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  }

  /** Whether anybody answers to application requests of this lattice. */
  async #isServed(): Promise<boolean> {
    const { connection } = this.#parts
    try {
      const subject = modelSubject(connection.lattice, 'list')
      await connection.request(subject, undefined, { timeoutMs: 2_000, signal: this.#abort.signal })
      return true
    } catch (failure) {
      if (failure instanceof AppError && failure.code === 'LATTICE_NO_RESPONDERS') return false
      // Somebody listens who is slow to answer.
      if (failure instanceof AppError && failure.code === 'LATTICE_TIMEOUT') return true
      if (this.#abort.signal.aborted) return true
      throw failure
    }
  }
}

function announce({ connection, clock }: ManagerParts, event: ManagerEvent): void {
  const name = event.kind === 'published' ? 'manifest_published' : 'manifest_unpublished'
  const message = {
    specversion: '1.0',
    id: randomUUID(),
    type: `com.wadm.${name}`,
    source: 'wadm',
    datacontenttype: 'application/json',
    time: new Date(clock.now()).toISOString(),
    data: event.kind === 'published' ? encodeManifest(event.manifest) : { name: event.name },
  }
  connection.publish(managerEventSubject(connection.lattice, name), JSON.stringify(message))
}
