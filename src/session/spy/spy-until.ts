import { AppError } from '../../core/errors.js'
import type { ControlledLattice } from '../../lattice/operations/controlled-lattice.js'
import { spy, type SpyOptions } from './spy.js'

/** When a spy ends by itself. */
export interface SpyUntilOptions extends SpyOptions {
  /** After so many answers. */
  readonly count: number | undefined
}

/** As spy(), until the signal, the count or the time. Throws EFFECT_TIMED_OUT where the time ended before the count. */
export async function spyUntil(lattice: ControlledLattice, options: SpyUntilOptions): Promise<void> {
  const { count, durationMs, signal } = options
  const enough = new AbortController()
  let answers = 0
  await spy(lattice, {
    ...options,
    signal: AbortSignal.any([signal, enough.signal]),
    onMessage: (message) => {
      options.onMessage(message)
      if (message.kind === 'answer') answers += 1
      if (answers === count) enough.abort()
    },
  })
  if (count === undefined || answers >= count || signal.aborted) return
  throw new AppError('EFFECT_TIMED_OUT', `Saw ${answers} of ${count} calls within ${durationMs} ms`, {
    hint: 'Run it for longer: --duration-ms',
  })
}
