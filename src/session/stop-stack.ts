/** What has been started so far, stopped in reverse: each part is tried, whatever happens to the others. */
export class StopStack {
  readonly #stops: (() => Promise<void>)[] = []
  #stopping: Promise<void> | undefined

  /** Adds a part; parts added once stopping has begun are the caller's to stop. */
  add(stop: () => Promise<void>): void {
    this.#stops.push(stop)
  }

  /** Stops all parts, the last first. Idempotent. Throws an AggregateError of what failed. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll()
    return this.#stopping
  }

  async #stopAll(): Promise<void> {
    const failures: unknown[] = []
    for (const stop of this.#stops.reverse()) {
      try {
        await stop()
      } catch (failure) {
        failures.push(failure)
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Cannot stop the session cleanly')
  }
}
