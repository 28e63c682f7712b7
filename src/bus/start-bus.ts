import { Worker } from 'node:worker_threads'
import { systemClock } from '../core/clock.js'
import { createDeferred, type Deferred } from '../core/deferred.js'
import type { Logger } from '../core/log.js'
import type { Authentication } from './broker/authentication.js'
import { acquireStoreLock, type StoreLock } from './store-lock.js'
import {
  fromThreadFailure,
  type ThreadData,
  type ThreadReport,
  type ThreadRequest,
} from './thread-messages.js'

/** A thread that has not stopped by then never will. */
const STOP_DEADLINE_MS = 15_000

/** Options of startBus(). */
export interface StartBusOptions {
  /** Default 127.0.0.1. */
  readonly host?: string | undefined
  /** 0 takes a free port. */
  readonly port: number
  /** The folder of the streams; created where missing, written to by one bus at a time. */
  readonly storeDir: string
  /** The JetStream domain: clients may use `$JS.<domain>.API.` as well. */
  readonly jsDomain?: string | undefined
  /** Default none. */
  readonly authentication?: Authentication | undefined
  readonly log: Logger
  /** Stops the bus, or keeps it from starting. */
  readonly signal?: AbortSignal | undefined
}

/** Why a bus is no more. */
export type BusEnd = { readonly kind: 'stopped' } | { readonly kind: 'crashed'; readonly cause: Error }

/** A running NATS server in a thread of its own. */
export interface Bus extends AsyncDisposable {
  readonly port: number
  /** `nats://host:port`. */
  readonly url: string
  /** Resolves once the thread has ended and the store is free, with the reason; never rejects. */
  readonly closed: Promise<BusEnd>
  /** Ends the connections and writes all state. Idempotent; rejects where something could not be written. */
  stop(): Promise<void>
}

/**
 * Starts a NATS server with JetStream in a worker thread and resolves when it takes clients. Rejects with
 * BUS_PORT_IN_USE, BUS_LISTEN_FAILED or BUS_STORE_LOCKED, or with what the thread failed of. The caller stops it.
 */
export async function startBus(options: StartBusOptions): Promise<Bus> {
  const { signal } = options
  signal?.throwIfAborted()
  const bus = new BusThread(resolveThreadData(options), options.log, await acquireStoreLock(options.storeDir))
  const onAbort = (): void => void bus.stop().catch(() => undefined) // The thread logged why.
  signal?.addEventListener('abort', onAbort, { once: true })
  void bus.closed.then(() => signal?.removeEventListener('abort', onAbort))
  if (signal?.aborted) onAbort()
  await bus.started.catch(async (error: unknown) => {
    await bus.closed
    throw error
  })
  if (signal?.aborted) {
    await bus.closed
    signal.throwIfAborted()
  }
  return bus
}

function resolveThreadData(options: StartBusOptions): ThreadData {
  return {
    host: options.host ?? '127.0.0.1',
    port: options.port,
    storeDir: options.storeDir,
    jsDomain: options.jsDomain,
    authentication: options.authentication ?? { kind: 'none' },
  }
}

/** The bus thread seen from outside: it reports, and its end settles everything that waits. */
class BusThread implements Bus {
  readonly closed: Promise<BusEnd>
  readonly #data: ThreadData
  readonly #log: Logger
  readonly #worker: Worker
  readonly #started: Deferred<void> = createDeferred()
  #port = 0
  #stopAsked = false
  #saidGoodbye = false
  #failure: Error | undefined
  #stopFailure: Error | undefined

  constructor(data: ThreadData, log: Logger, lock: StoreLock) {
    this.#data = data
    this.#log = log
    this.#worker = new Worker(new URL('./thread.js', import.meta.url), {
      workerData: data,
      name: 'washi-bus',
    })
    this.#worker.on('message', (report: ThreadReport) => this.#onReport(report))
    this.#worker.on('error', (error) => {
      this.#failure ??= error
    })
    this.closed = new Promise((resolve) => {
      this.#worker.once('exit', (code) => resolve(this.#onExit(code, lock)))
    })
  }

  get started(): Promise<void> {
    return this.#started.promise
  }

  get port(): number {
    return this.#port
  }

  get url(): string {
    const { host } = this.#data
    return `nats://${host.includes(':') ? `[${host}]` : host}:${this.#port}`
  }

  async stop(): Promise<void> {
    if (!this.#stopAsked) {
      this.#stopAsked = true
      this.#worker.postMessage({ kind: 'stop' } satisfies ThreadRequest)
      const cancelTerminate = systemClock.after(STOP_DEADLINE_MS, () => void this.#worker.terminate())
      void this.closed.then(cancelTerminate)
    }
    await this.closed
    if (this.#stopFailure) throw this.#stopFailure
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  #onReport(report: ThreadReport): void {
    switch (report.kind) {
      case 'log':
        return this.#log[report.record.level](report.record.message, report.record.fields)
      case 'listening':
        this.#port = report.port
        return this.#started.resolve()
      case 'failed':
        this.#failure = fromThreadFailure(report.failure)
        return
      case 'stopped':
        this.#saidGoodbye = true
        if (report.failure) this.#stopFailure = fromThreadFailure(report.failure)
        return
      default:
        report satisfies never
    }
  }

  async #onExit(code: number, lock: StoreLock): Promise<BusEnd> {
    await lock
      .release()
      .catch((error: unknown) => this.#log.warn('Cannot release the lock', { error: String(error) }))
    if (this.#saidGoodbye) return { kind: 'stopped' }
    const cause = this.#failure ?? new Error(`The bus thread ended with code ${code}`)
    this.#started.reject(cause)
    return { kind: 'crashed', cause }
  }
}
