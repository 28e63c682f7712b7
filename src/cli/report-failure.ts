import { appendFile, mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { resolveDirectories } from '../core/directories.js'
import { AppError, messageOf } from '../core/errors.js'
import { leadingWords } from './argv.js'
import type { CommandLine } from './argv.js'
import { renderError, toErrorDocument } from './render/error.js'
import { processTerminal } from './terminal/terminal.js'
import { isParseError, toUsageError } from './usage-error.js'
import type { UsageContext } from './usage-error.js'

/**
 * Prints what ended a command - expected failures as message, place and hint; bugs as one line and where their stack
 * was logged (or the stack itself with --debug) - and returns the exit code.
 */
export async function reportFailure(
  thrown: unknown,
  { output, debug }: CommandLine,
  usage: UsageContext | undefined,
): Promise<number> {
  const terminal = processTerminal()
  const expected = toExpected(thrown, usage)
  if (expected === undefined) return await reportBug(thrown, { output, debug })
  if (output === 'json') terminal.print(JSON.stringify(toErrorDocument(expected), undefined, 2))
  else terminal.printError(renderError(expected, { palette: terminal.err, cwd: process.cwd() }))
  if (debug && expected.stack) terminal.printError(stackOf(expected))
  return expected.exitCode
}

function toExpected(thrown: unknown, usage: UsageContext | undefined): AppError | undefined {
  if (thrown instanceof AppError) return thrown
  if (isParseError(thrown)) return toUsageError(thrown, usage ?? { command: '', flags: [] })
  return undefined
}

async function reportBug(
  thrown: unknown,
  { output, debug }: Pick<CommandLine, 'output' | 'debug'>,
): Promise<number> {
  const terminal = processTerminal()
  const message = `Unexpected failure, a bug in washi: ${messageOf(thrown)}`
  const hint = debug ? undefined : `See the stack in ${await logBug(thrown)}, or run again with --debug`
  if (output === 'json') {
    terminal.print(
      JSON.stringify({ success: false, error: { code: 'INTERNAL', message, hint } }, undefined, 2),
    )
  } else {
    terminal.printError(
      `${terminal.err.red('error:')} ${message}${hint === undefined ? '' : `\n hint: ${hint}`}`,
    )
  }
  if (debug) terminal.printError(stackOf(thrown))
  return 1
}

async function logBug(thrown: unknown): Promise<string> {
  const { data } = resolveDirectories({ env: process.env, platform: process.platform, home: homedir() })
  const folder = join(data, 'logs')
  const file = join(folder, 'errors.log')
  // The command's name only: flags and arguments may hold secrets.
  const command = leadingWords(process.argv.slice(2)).slice(0, 2).join(' ')
  const entry = `${new Date().toISOString()} washi ${command}\n${stackOf(thrown)}\n\n`
  try {
    await mkdir(folder, { recursive: true })
    await appendFile(file, entry, { mode: 0o600 })
  } catch {
    return 'a log that could not be written' // the one-line report still goes out
  }
  return file
}

function stackOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  const cause = thrown.cause === undefined ? '' : `\ncaused by: ${stackOf(thrown.cause)}`
  return `${thrown.stack ?? thrown.message}${cause}`
}
