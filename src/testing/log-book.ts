/** A line of a log, as far as a test waits for it. */
export interface LoggedLine {
  readonly level: string
  readonly message: string
}

/** Which line a test waits for: a part of its message, a pattern of it, or what the function says. */
export type LogMatch<Line extends LoggedLine> = string | RegExp | ((line: Line) => boolean)

/** How long nextLog() waits. */
export interface NextLogOptions {
  /** Default 5000. */
  readonly timeoutMs?: number | undefined
}

const defaultTimeoutMs = 5_000

/** The lines of a log, for tests to look at and to wait for. */
export class LogBook<Line extends LoggedLine> {
  readonly lines: Line[] = []
  /** Lines before it were returned, or passed over, by next(). */
  #position = 0
  readonly #wakers = new Set<() => void>()

  add(line: Line): void {
    this.lines.push(line)
    for (const wake of this.#wakers) wake()
  }

  /**
   * The first line that matches, of those after the last one that next() returned; waits for it where it has not come.
   * Rejects, with the lines that there were, once the time is over.
   */
  async next(match: LogMatch<Line> = () => true, options: NextLogOptions = {}): Promise<Line> {
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

  #describe(match: LogMatch<Line>, from: number, timeoutMs: number): Error {
    const seen = this.lines.slice(from).map(({ level, message }) => `  ${level}: ${message}`)
    const what = typeof match === 'function' ? 'a line that fits' : String(match)
    const lines = seen.length === 0 ? 'no line came' : `there were:\n${seen.join('\n')}`
    return new Error(`Waited ${timeoutMs} ms for ${what} in the log; ${lines}`)
  }
}

function matches<Line extends LoggedLine>(line: Line, match: LogMatch<Line>): boolean {
  if (typeof match === 'function') return match(line)
  return typeof match === 'string' ? line.message.includes(match) : match.test(line.message)
}
