import type { GuestLogLine } from '../host/engine/guest-pool.js'

/** Which line a test waits for: a part of its message, a pattern of it, or what the function says. */
export type LogMatch = string | RegExp | ((line: GuestLogLine) => boolean)

/** How long nextLog() waits. */
export interface NextLogOptions {
  /** Default 5000. */
  readonly timeoutMs?: number | undefined
}

const defaultTimeoutMs = 5_000

/** The lines that a component has written, for tests to look at and to wait for. */
export class LogBook {
  readonly lines: GuestLogLine[] = []
  /** Lines before it were returned, or passed over, by next(). */
  #position = 0
  readonly #wakers = new Set<() => void>()

  add(line: GuestLogLine): void {
    this.lines.push(line)
    for (const wake of this.#wakers) wake()
  }

  /**
   * The first line that matches, of those after the last one that next() returned; waits for it where it has not come.
   * Rejects, with the lines that there were, once the time is over.
   */
  async next(match: LogMatch = () => true, options: NextLogOptions = {}): Promise<GuestLogLine> {
    const { timeoutMs = defaultTimeoutMs } = options
    const from = this.#position
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => finish(() => reject(this.#describe(match, from, timeoutMs))), timeoutMs)
      const finish = (settle: () => void): void => {
        clearTimeout(timer)
        this.#wakers.delete(look)
        settle()
      }
      const look = (): void => {
        const index = this.lines.findIndex((line, at) => at >= this.#position && matches(line, match))
        const line = this.lines[index]
        if (line === undefined) return
        this.#position = index + 1
        finish(() => resolve(line))
      }
      this.#wakers.add(look)
      look()
    })
  }

  #describe(match: LogMatch, from: number, timeoutMs: number): Error {
    const seen = this.lines
      .slice(from)
      .map(({ stream, level, message }) => `  ${stream} ${level}: ${message}`)
    const what = typeof match === 'function' ? 'a line that fits' : String(match)
    const lines = seen.length === 0 ? 'no line came' : `there were:\n${seen.join('\n')}`
    return new Error(`Waited ${timeoutMs} ms for ${what} in the component's log; ${lines}`)
  }
}

function matches(line: GuestLogLine, match: LogMatch): boolean {
  if (typeof match === 'function') return match(line)
  return typeof match === 'string' ? line.message.includes(match) : match.test(line.message)
}
