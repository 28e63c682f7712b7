import type { Logger } from '../core/log.js'
import type { Authentication } from './broker/authentication.js'
import { BusThread, type BusEnd } from './bus-thread.js'
import { acquireStoreLock } from './store-lock.js'
import type { ThreadData } from './thread-messages.js'

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
  const data = resolveThreadData(options)
  const entry = new URL('./bus-main.js', import.meta.url)
  const lock = await acquireStoreLock(options.storeDir)
  const bus = new BusThread({ entry, data, log: options.log, lock })
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
