import { createLiveLines } from './live-lines.js'
import type { LiveLines } from './live-lines.js'
import { createPalette, wantsColour } from './palette.js'
import type { Palette } from './palette.js'
import { createProgress } from './progress.js'
import type { Progress } from './progress.js'

/** The two standard streams as commands use them. */
export interface Terminal {
  /** For text on standard output. */
  readonly out: Palette
  /** For text on standard error. */
  readonly err: Palette
  /** Whether somebody can be asked. */
  readonly interactive: boolean
  /** Whether what is printed on standard output can be cleared away again. */
  readonly isScreen: boolean
  print(text: string): void
  printError(text: string): void
  createProgress(): Progress
  createLiveLines(): LiveLines
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdout, stderr, stdin, env } = process
  const err = createPalette(wantsColour(stderr.isTTY, env))
  return {
    out: createPalette(wantsColour(stdout.isTTY, env)),
    err,
    interactive: stdin.isTTY && stderr.isTTY,
    isScreen: stdout.isTTY && env['TERM'] !== 'dumb',
    print: (text) => void stdout.write(`${text}\n`),
    printError: (text) => void stderr.write(`${text}\n`),
    createLiveLines: () =>
      createLiveLines({
        isTTY: stderr.isTTY && env['TERM'] !== 'dumb',
        columns: stderr.columns || 80,
        write: (text) => void stderr.write(text),
      }),
    createProgress: () =>
      createProgress({
        isTTY: stderr.isTTY && env['TERM'] !== 'dumb',
        palette: err,
        write: (text) => void stderr.write(text),
        every: (intervalMs, action) => {
          const timer = setInterval(action, intervalMs)
          timer.unref()
          return () => clearInterval(timer)
        },
      }),
  }
}
