import { setTimeout } from 'node:timers/promises'
import { AppError } from '../core/errors.js'

const retryMs = 500
const attempts = 20

/** Does what may be done twice, and again for ten seconds while the store cannot be reached: a bus that restarts is no reason to fail. */
export async function throughOutage<T>(action: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await action()
    } catch (failure) {
      const isOutage = failure instanceof AppError && failure.code === 'BUCKET_UNAVAILABLE'
      if (!isOutage || attempt === attempts) throw failure
      await setTimeout(retryMs)
    }
  }
}
