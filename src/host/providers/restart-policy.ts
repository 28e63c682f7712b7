import type { ProviderTimings } from './provider-timings.js'

/** What to do about a provider that failed. */
export type AfterFailure =
  | { readonly kind: 'restart'; readonly afterMs: number }
  | { readonly kind: 'give-up'; readonly restarts: number }

/** Counts the failures of one provider, and says what follows. Times are of one clock. */
export class RestartPolicy {
  readonly #timings: ProviderTimings
  #failures = 0
  #startedAt = 0

  constructor(timings: ProviderTimings) {
    this.#timings = timings
  }

  /** How often in a row it was started anew. */
  get restarts(): number {
    return this.#failures
  }

  onStarted(now: number): void {
    this.#startedAt = now
  }

  /** A provider that ran; it may have done so for long enough to begin anew. */
  onEnded(now: number): AfterFailure {
    if (now - this.#startedAt >= this.#timings.stableMs) this.#failures = 0
    return this.onFailedStart()
  }

  onFailedStart(): AfterFailure {
    const { maxRestarts, restartPauseMs, maxRestartPauseMs } = this.#timings
    if (this.#failures >= maxRestarts) return { kind: 'give-up', restarts: this.#failures }
    this.#failures += 1
    const afterMs = this.#failures === 1 ? 0 : restartPauseMs * 2 ** (this.#failures - 2)
    return { kind: 'restart', afterMs: Math.min(afterMs, maxRestartPauseMs) }
  }
}
