import type { Clock } from '../core/clock.js'
import type { LatticeConnection } from '../lattice/connection.js'

/** When to beat. */
export interface HeartbeatOptions {
  readonly clock: Clock
  readonly heartbeatMs: number
  readonly connection: LatticeConnection
}

/**
 * Beats after each interval, and at once when the connection has come back, so that others need not wait to see that the
 * host is still there. The returned function ends it.
 */
export function startHeartbeat(
  { clock, heartbeatMs, connection }: HeartbeatOptions,
  beat: () => void,
): () => void {
  let cancel = (): void => undefined
  const schedule = (): void => {
    cancel = clock.after(heartbeatMs, () => {
      schedule()
      beat()
    })
  }
  schedule()
  const forget = connection.onReconnect(beat)
  return () => {
    cancel()
    forget()
  }
}
