import { systemClock } from '../../core/clock.js'
import type { Clock } from '../../core/clock.js'
import type { Logger } from '../../core/log.js'
import type { BrokerPort, InternalSubscription } from '../broker/broker-port.js'
import { createTimestampSource } from '../store/timestamp.js'
import { serveApi } from './api/serve-api.js'
import { serveDomain } from './api/serve-domain.js'
import type { JetStreamContext } from './consumer/consumer-host.js'
import { InterestWatch } from './consumer/interest-watch.js'
import { StreamRegistry } from './stream/stream-registry.js'

/** Options of startJetStream(). */
export interface JetStreamOptions {
  /** The folder that holds the streams; created where missing. The caller holds its lock. */
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

/** After how long what was written is put on the disk, for the case of a power loss; a kill loses nothing either way. */
const syncIntervalMs = 500
const defaultMaxBytes = 256 << 20

/**
 * Opens the streams under `storeDir` and serves the JetStream API on the broker. What damage left of the files is
 * recovered, with lines in the log. Throws AppError BUS_STORE_UNREADABLE where the file system refuses. The caller stops it.
 */
export function startJetStream(broker: BrokerPort, options: JetStreamOptions): Promise<JetStream> {
  return Promise.resolve().then(() => start(broker, options))
}

function start(broker: BrokerPort, options: JetStreamOptions): JetStream {
  const { clock, serverName, maxBytes } = resolveJetStreamOptions(options)
  const interest = new InterestWatch(broker)
  const context: JetStreamContext = {
    broker,
    interest,
    clock,
    log: options.log,
    timestamp: createTimestampSource(clock),
    domain: options.domain,
    serverName,
  }
  const streams = new StreamRegistry({ context, storeDir: options.storeDir, maxBytes })
  try {
    streams.open()
  } catch (thrown) {
    interest.stop()
    throw thrown
  }
  const subscriptions = serveApi({ context, streams, usage: { total: 0, errors: 0 } })
  if (options.domain !== undefined) subscriptions.push(...serveDomain(context, options.domain))
  const stopSyncing = syncRegularly(streams, clock)
  let stopped: Promise<void> | undefined
  return {
    stop: () => {
      stopSyncing()
      stopped ??= stopAll({ subscriptions, interest, streams })
      return stopped
    },
  }
}

function resolveJetStreamOptions({
  clock = systemClock,
  serverName = 'washi',
  maxBytes = defaultMaxBytes,
}: JetStreamOptions): Required<Pick<JetStreamOptions, 'serverName' | 'maxBytes'>> & {
  readonly clock: Clock
} {
  return { clock, serverName, maxBytes }
}

function syncRegularly(streams: StreamRegistry, clock: Clock): () => void {
  let cancel = (): void => undefined
  const tick = (): void => {
    streams.sync()
    cancel = clock.after(syncIntervalMs, tick)
  }
  cancel = clock.after(syncIntervalMs, tick)
  return () => cancel()
}

interface Running {
  readonly subscriptions: readonly InternalSubscription[]
  readonly interest: InterestWatch
  readonly streams: StreamRegistry
}

async function stopAll({ subscriptions, interest, streams }: Running): Promise<void> {
  for (const subscription of subscriptions) subscription.unsubscribe()
  await streams.close()
  interest.stop()
}
