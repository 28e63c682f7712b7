/** How long providers may take, and what follows where they fail. Milliseconds. */
export interface ProviderTimings {
  /** For a start. Default 30,000. */
  readonly startMs: number
  /** To take or let go of a link, or to take over a configuration. Default 10,000. */
  readonly linkMs: number
  /** To answer for its health. Default 5,000. */
  readonly healthMs: number
  /** To stop. Default 10,000. */
  readonly stopMs: number
  /** How often a provider may be unhealthy in a row before it is started anew. Default 3. */
  readonly unhealthyLimit: number
  /** Before the second restart in a row; the first comes at once, and each further one after twice as long. Default 5,000. */
  readonly restartPauseMs: number
  /** Longest pause. Default 60,000. */
  readonly maxRestartPauseMs: number
  /** How many restarts in a row may fail before the provider is given up. Default 5. */
  readonly maxRestarts: number
  /** How long a provider must run for its earlier failures to be forgotten. Default 60,000. */
  readonly stableMs: number
  /** How long an external provider may take to answer its shutdown, and again to end after it. Default 1,000. */
  readonly shutdownMs: number
}

/** The timings with their defaults. */
export function resolveProviderTimings(given: Partial<ProviderTimings> = {}): ProviderTimings {
  return {
    startMs: 30_000,
    linkMs: 10_000,
    healthMs: 5_000,
    stopMs: 10_000,
    unhealthyLimit: 3,
    restartPauseMs: 5_000,
    maxRestartPauseMs: 60_000,
    maxRestarts: 5,
    stableMs: 60_000,
    shutdownMs: 1_000,
    ...given,
  }
}
