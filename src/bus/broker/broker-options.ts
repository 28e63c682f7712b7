import type { Clock } from '../../core/clock.js'
import { systemClock } from '../../core/clock.js'
import type { Logger } from '../../core/log.js'
import { silentLogger } from '../../core/log.js'
import { defaultProtocolLimits, type ProtocolLimits } from '../protocol/protocol-limits.js'
import type { Authentication } from './authentication.js'

/** How a broker behaves. */
export interface BrokerOptions {
  readonly limits: ProtocolLimits
  /** Bytes that may wait for one client before it is cut off as a slow consumer. */
  readonly maxPendingBytes: number
  readonly maxConnections: number
  readonly authentication: Authentication
  /** How long a client may take to authenticate, where it must. */
  readonly authenticationTimeoutMs: number
  /** Each client that was silent for this long is pinged. */
  readonly pingIntervalMs: number
  /** Pings that may stay unanswered before a connection counts as stale. */
  readonly maxPingsOut: number
  readonly serverName: string | undefined
  /** Whether INFO promises JetStream, and under which domain. */
  readonly jetStream: boolean
  readonly jsDomain: string | undefined
  readonly clock: Clock
  readonly log: Logger
}

/** The defaults of nats-server. */
export function resolveBrokerOptions(given: Partial<BrokerOptions>): BrokerOptions {
  return {
    limits: given.limits ?? defaultProtocolLimits,
    maxPendingBytes: given.maxPendingBytes ?? 64 * 1024 * 1024,
    maxConnections: given.maxConnections ?? 65_536,
    authentication: given.authentication ?? { kind: 'none' },
    authenticationTimeoutMs: given.authenticationTimeoutMs ?? 2000,
    pingIntervalMs: given.pingIntervalMs ?? 120_000,
    maxPingsOut: given.maxPingsOut ?? 2,
    serverName: given.serverName,
    jetStream: given.jetStream ?? true,
    jsDomain: given.jsDomain,
    clock: given.clock ?? systemClock,
    log: given.log ?? silentLogger,
  }
}
