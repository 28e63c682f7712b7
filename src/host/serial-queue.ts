/** Runs tasks one after the other, in the order in which they came. */
export interface SerialQueue {
  /** Tasks that have not ended. */
  readonly pending: number
  /** Settles as the task does; a failing task does not stop those behind it. */
  run<T>(task: () => Promise<T>): Promise<T>
  /** Resolves once everything that was added before has ended. */
  idle(): Promise<void>
}

/** An empty queue. */
export function createSerialQueue(): SerialQueue {
  let last: Promise<unknown> = Promise.resolve()
  let pending = 0
  const end = (): void => {
    pending -= 1
  }
  return {
    get pending() {
      return pending
    },
    run(task) {
      pending += 1
      const next = last.then(task)
      // Whoever added the task sees its failure; the queue only waits for its end.
      last = next.then(end, end)
      return next
    },
    async idle() {
      await last
    },
  }
}
