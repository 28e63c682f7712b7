/** What gathers output until it is flushed. */
export interface Flushable {
  flush(): void
}

/**
 * Gathers those with unwritten output and flushes each once: at the end of the running batch, or, where none runs,
 * in a microtask.
 */
export class FlushQueue {
  readonly #waiting: Flushable[] = []
  #batches = 0

  /** Notes one that is not waiting yet. */
  add(item: Flushable): void {
    if (this.#waiting.push(item) === 1 && this.#batches === 0)
      queueMicrotask(() => this.#flushUnlessBatching())
  }

  /** Runs `work`, then flushes all that it wrote to, even where it throws. */
  batch(work: () => void): void {
    this.#batches++
    try {
      work()
    } finally {
      this.#batches--
      this.#flushUnlessBatching()
    }
  }

  #flushUnlessBatching(): void {
    if (this.#batches > 0) return
    for (let index = 0; index < this.#waiting.length; index++) this.#waiting[index]?.flush()
    this.#waiting.length = 0
  }
}
