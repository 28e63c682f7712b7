import type { Clock } from '../../../core/clock.js'
import type { Logger } from '../../../core/log.js'
import type { BrokerPort } from '../../broker/broker-port.js'
import type { MessageStore } from '../../store/message-store.js'
import type { StreamConfig } from '../stream-config.js'
import type { InterestWatch } from './interest-watch.js'

/** What JetStream's parts share. */
export interface JetStreamContext {
  readonly broker: BrokerPort
  readonly interest: InterestWatch
  readonly clock: Clock
  readonly log: Logger
  /** Strictly increasing times, in nanoseconds. */
  readonly timestamp: () => bigint
  readonly domain: string | undefined
  readonly serverName: string
}

/** What a consumer sees of its stream. */
export interface ConsumerHost {
  readonly context: JetStreamContext
  readonly config: StreamConfig
  readonly store: MessageStore
  /** The consumer is done with these messages. */
  acknowledged(consumer: string, sequences: readonly number[]): void
  /** The consumer's state changed: it is saved soon. */
  changed(consumer: string): void
  /** Saves the consumer's state and what its acks removed, now; false where that failed. */
  saveNow(consumer: string): boolean
  /** Nobody uses the consumer any more. */
  retire(consumer: string): void
}
