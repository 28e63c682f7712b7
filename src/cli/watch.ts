import { setTimeout as delay } from 'node:timers/promises'
import type { Terminal } from './terminal/terminal.js'

/** What to look at, and how often. */
export interface WatchOptions {
  readonly terminal: Terminal
  readonly intervalMs: number
  /** Ends it, and that is its usual end. */
  readonly signal: AbortSignal
  /** What to print now. */
  readonly look: () => Promise<string>
}

const clearScreen = '\u001b[2J\u001b[H'

/** Prints what it sees, over and over, until the signal; a terminal is cleared in between. Throws what `look` throws. */
export async function watch({ terminal, intervalMs, signal, look }: WatchOptions): Promise<void> {
  while (!signal.aborted) {
    const text = await look()
    if (signal.aborted) return
    terminal.print(terminal.isScreen ? `${clearScreen}${text}` : text)
    await delay(intervalMs, undefined, { signal }).catch(() => undefined) // the signal is what ends it
  }
}
