import type { Clock } from './clock.js'
import type { LogFields, Logger, LogLevel } from './log.js'

/** How many lines pass. */
export interface ThinnedLoggerOptions {
  readonly clock: Clock
  /** Lines that may come at once. Default 1000. */
  readonly burst?: number | undefined
  /** Lines that may come for ever. Default 100. */
  readonly perSecond?: number | undefined
}

/** A logger that drops what is too much, and says how much that was. */
export interface ThinnedLogger extends Logger {
  /** Whether a line would pass now; counts one that does not as dropped. For those to whom making a line is work. */
  admits(): boolean
}

/** Lets lines through to `log` at a bounded rate, its children's included. */
export function createThinnedLogger(log: Logger, options: ThinnedLoggerOptions): ThinnedLogger {
  return withSluice(log, new Sluice(log, options))
}

function withSluice(log: Logger, sluice: Sluice): ThinnedLogger {
  const at =
    (level: LogLevel) =>
    (message: string, fields?: LogFields): void => {
      if (sluice.take()) log[level](message, fields)
    }
  return {
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => withSluice(log.child(fields), sluice),
    admits: () => sluice.peek(),
  }
}

/** A bucket of lines that fills with time. */
class Sluice {
  readonly #log: Logger
  readonly #clock: Clock
  readonly #burst: number
  readonly #perSecond: number
  #left: number
  #filledAt: number
  #dropped = 0

  constructor(log: Logger, { clock, burst = 1_000, perSecond = 100 }: ThinnedLoggerOptions) {
    this.#log = log
    this.#clock = clock
    this.#burst = burst
    this.#perSecond = perSecond
    this.#left = burst
    this.#filledAt = clock.now()
  }

  take(): boolean {
    if (!this.peek()) return false
    this.#left -= 1
    if (this.#dropped === 0) return true
    this.#log.warn('too many lines: some were dropped', { dropped: this.#dropped })
    this.#dropped = 0
    return true
  }

  peek(): boolean {
    const now = this.#clock.now()
    const gained = ((now - this.#filledAt) / 1_000) * this.#perSecond
    this.#left = Math.min(this.#burst, this.#left + Math.max(0, gained))
    this.#filledAt = now
    if (this.#left >= 1) return true
    this.#dropped += 1
    return false
  }
}
