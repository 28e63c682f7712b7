import { Worker } from 'node:worker_threads'
import { systemClock } from '../core/clock.js'
import { createDeferred, type Deferred } from '../core/deferred.js'
import type { Logger } from '../core/log.js'
import type { StoreLock } from './store-lock.js'
import {
  fromThreadFailure,
  type ThreadData,
  type ThreadReport,
  type ThreadRequest,
} from './thread-messages.js'

/** A thread that has not stopped by then never will. */
const STOP_DEADLINE_MS = 15_000

/** Why a bus is no more. */
export type BusEnd = { readonly kind: 'stopped' } | { readonly kind: 'crashed'; readonly cause: Error }

/** What a bus thread is made of; it owns the lock from now on. */
export interface BusThreadOptions {
  /** The file that the thread runs. */
  readonly entry: URL
  readonly data: ThreadData
  readonly log: Logger
  readonly lock: StoreLock
}

/** The bus thread seen from outside: it reports, and its end settles everything that waits and frees the store. */
export class BusThread {
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

  constructor({ entry, data, log, lock }: BusThreadOptions) {
    this.#data = data
    this.#log = log
    // What the command line of this process asks of Node.js (--input-type, loaders) is not meant for the thread.
    const workerOptions = { workerData: data, name: 'washi-bus', execArgv: [] }
    this.#worker = new Worker(entry, workerOptions)
    this.#worker.on('message', (report: ThreadReport) => this.#onReport(report))
    this.#worker.on('error', (error) => {
      this.#failure ??= error
    })
    this.closed = new Promise((resolve) => {
      this.#worker.once('exit', (code) => resolve(this.#onExit(code, lock)))
    })
  }

  /** Resolves when the bus takes clients; rejects with why it never will. */
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
    if (this.#port > 0) this.#log.error('The bus crashed', { error: cause.stack })
    this.#started.reject(cause)
    return { kind: 'crashed', cause }
  }
}
