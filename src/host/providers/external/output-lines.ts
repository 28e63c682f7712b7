import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { stripVTControlCharacters } from 'node:util'
import type { LogLevel } from '../../../core/log.js'
import type { ThinnedLogger } from '../../../core/thinned-logger.js'

const maxLineLength = 8_192
const newline = 0x0a

/** Where the lines of a program go. */
export interface OutputLinesOptions {
  readonly log: ThinnedLogger
  /** For lines that do not say. */
  readonly level: LogLevel
  /** Called with each line that passes. */
  readonly onLine?: ((line: string) => void) | undefined
}

/**
 * Writes what a program prints into the log, a line each; long lines are cut. It reads as fast as the program prints, so
 * that the program never waits, and looks at nothing that the log would not take.
 */
export function logOutput(stream: Readable, { log, level, onLine }: OutputLinesOptions): void {
  let decoder = new StringDecoder('utf8')
  let line = ''
  let isCut = false
  const finish = (): void => {
    const text = stripVTControlCharacters(`${line}${decoder.end()}`.replace(/\r$/, ''))
    if (text.trim() !== '') {
      const { level: said, message } = readLine(text)
      onLine?.(message)
      log[said ?? level](isCut ? `${message}…` : message)
    }
    decoder = new StringDecoder('utf8')
    line = ''
    isCut = false
  }
  const append = (bytes: Buffer): void => {
    const room = maxLineLength - line.length
    if (bytes.length > room) isCut = true
    if (room > 0) line += decoder.write(bytes.subarray(0, room))
  }
  stream.on('data', (chunk: Buffer) => {
    let from = 0
    for (let to = chunk.indexOf(newline); to >= 0; to = chunk.indexOf(newline, from)) {
      if (log.admits()) {
        append(chunk.subarray(from, to))
        finish()
      } else {
        line = ''
        isCut = false
      }
      from = to + 1
    }
    append(chunk.subarray(from))
  })
  stream.on('end', finish)
  // A pipe that breaks has nothing more to say.
  stream.on('error', () => undefined)
}

/** As most loggers begin a line: with the time, which the log has already, and with the level. */
function readLine(text: string): { readonly level?: LogLevel; readonly message: string } {
  const [, rest = text] = /^\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-][\d:]+)?\s+(.*)$/.exec(text) ?? []
  const [, word, message] = /^\[?(TRACE|DEBUG|INFO|WARN|WARNING|ERROR)\b\]?:?\s*(.*)$/.exec(rest) ?? []
  if (word === undefined || message === undefined) return { message: rest }
  return { level: word === 'WARNING' ? 'warn' : (word.toLowerCase() as LogLevel), message } // one of those above
}
