/** Counts the calls that use something, so that it is closed after them. */
export class RunningCalls {
  #count = 0
  #onIdle: (() => void) | undefined

  async run<T>(call: () => Promise<T>): Promise<T> {
    this.#count += 1
    try {
      return await call()
    } finally {
      this.#count -= 1
      if (this.#count === 0) this.#onIdle?.()
    }
  }

  /** Resolves once none runs, or `graceMs` are over. */
  async idle(graceMs: number): Promise<void> {
    if (this.#count === 0) return
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve
      timer = setTimeout(resolve, graceMs)
    })
    clearTimeout(timer)
  }
}
