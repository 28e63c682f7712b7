/** Severity, least first. The names are those of wasi:logging, without `critical`. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error'

/** Named values beside a log message; never secrets. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** One line of the log. `time` is milliseconds since the epoch. */
export interface LogRecord {
  readonly time: number
  readonly level: LogLevel
  readonly message: string
  readonly fields: LogFields
}

/** Where log lines go. Loggers never throw and never block. */
export interface Logger {
  trace(message: string, fields?: LogFields): void
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** A logger that adds `fields` to each of its lines. */
  child(fields: LogFields): Logger
}

const rank: Readonly<Record<LogLevel, number>> = { trace: 0, debug: 1, info: 2, warn: 3, error: 4 }

/** Options of createLogger(): `write` receives each record of at least `level`. */
export interface LoggerOptions {
  readonly level: LogLevel
  readonly now: () => number
  readonly write: (record: LogRecord) => void
}

/** A logger that hands every record of at least the given level to `write`. */
export function createLogger(options: LoggerOptions, fields: LogFields = {}): Logger {
  const at =
    (level: LogLevel) =>
    (message: string, more?: LogFields): void => {
      if (rank[level] < rank[options.level]) return
      options.write({ time: options.now(), level, message, fields: more ? { ...fields, ...more } : fields })
    }
  return {
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (more) => createLogger(options, { ...fields, ...more }),
  }
}

/** A logger that drops everything. */
export const silentLogger: Logger = createLogger({ level: 'error', now: () => 0, write: () => undefined })

/** One line of text for a record: `2026-01-01T00:00:00.000Z INFO message key=value`. */
export function formatLogRecord(record: LogRecord): string {
  const fields = Object.entries(record.fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}=${typeof value === 'string' ? quoteIfNeeded(value) : String(value)}`)
  return `${new Date(record.time).toISOString()} ${record.level.toUpperCase().padEnd(5)} ${record.message}${fields.join('')}`
}

/** One JSON object for a record, with the field names of the real host's structured log. */
export function toLogLine({ time, level, message, fields }: LogRecord): string {
  return JSON.stringify({
    timestamp: new Date(time).toISOString(),
    level: level.toUpperCase(),
    fields: { message, ...fields },
  })
}

function quoteIfNeeded(value: string): string {
  return /^[\w.:/@+-]+$/.test(value) ? value : JSON.stringify(value)
}
