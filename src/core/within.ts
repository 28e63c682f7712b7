import type { Clock } from './clock.js'
import { createDeferred } from './deferred.js'

/** How long to wait, and for what. */
export interface WithinOptions {
  readonly clock: Clock
  readonly ms: number
  /** For the message: `it did not stop`. */
  readonly otherwise: string
}

/** What the task resolves or rejects with, or a rejection where that takes too long; the task goes on then, unheard. */
export async function within<T>(task: Promise<T>, { clock, ms, otherwise }: WithinOptions): Promise<T> {
  const late = createDeferred<never>()
  const cancel = clock.after(ms, () => late.reject(new Error(`${otherwise} within ${ms} ms`)))
  // Whoever waited has gone on.
  task.catch(() => undefined)
  try {
    return await Promise.race([task, late.promise])
  } finally {
    cancel()
  }
}
