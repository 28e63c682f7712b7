import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { AppError, messageOf } from '../../../core/errors.js'
import type { ThinnedLogger } from '../../../core/thinned-logger.js'
import { killGroup } from './kill-group.js'
import { logOutput } from './output-lines.js'
import type { ProcessRecords } from './process-records.js'

/** What to run. */
export interface ProviderProcessOptions {
  /** The program and its arguments. */
  readonly command: readonly [file: string, ...args: string[]]
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>
  /** Written to its standard input, which ends then. */
  readonly input: string
  readonly log: ThinnedLogger
  readonly records: ProcessRecords
}

/** The process of a provider, with all that it started itself. */
export interface ProviderProcess {
  readonly pid: number
  /** Resolves with how it ended, as a sentence without its subject; never rejects. */
  readonly exited: Promise<string>
  /** Ends it, and what it started; resolves when it is gone. */
  kill(): Promise<void>
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>

/** Starts the process. Throws PROVIDER_START_FAILED where the system cannot run that file. */
export async function startProviderProcess(options: ProviderProcessOptions): Promise<ProviderProcess> {
  const { command, env, input, log, records } = options
  const child = await spawnRetrying(command, env)
  const pid = child.pid ?? 0
  let lastLine = ''
  const onLine = (line: string): void => {
    if (!isAfterword(line)) lastLine = line
  }
  logOutput(child.stdout, { log, level: 'info', onLine })
  logOutput(child.stderr, { log, level: 'info', onLine })
  const exited = new Promise<string>((resolve) => {
    // Not before its last words were read.
    child.once('close', (code, signal) => resolve(describeExit(code, signal, lastLine)))
    child.once('exit', (code, signal) => {
      // What it started may hold its pipes open for ever.
      setTimeout(() => resolve(describeExit(code, signal, lastLine)), outputGraceMs).unref()
      killGroup(pid)
    })
  })
  const forget = await records.add(pid)
  const forgotten = exited.then(forget).catch((failure: unknown) => {
    log.warn('cannot forget a process', { pid, reason: messageOf(failure) })
  })
  const kill = async (): Promise<void> => {
    killGroup(pid)
    await forgotten
    child.stdout.destroy()
    child.stderr.destroy()
  }
  // Only a process that is on record learns what to do: one that is not ends by itself, its input empty.
  child.stdin.on('error', () => undefined) // it closed its input, and will be told apart by its health
  child.stdin.end(input)
  return { pid, exited, kill }
}

/** What runtimes say after the reason: the way to it, hints, their own version. */
function isAfterword(line: string): boolean {
  return /^(?:\s+at |\s*[}\]^]|Node\.js v\d|note: run with `RUST_BACKTRACE)/.test(line)
}

const outputGraceMs = 500
const maxAttempts = 20

/** A file that was just written may be busy for as long as another process, about to become something else, has it open. */
async function spawnRetrying(
  [file, ...args]: ProviderProcessOptions['command'],
  env: Readonly<Record<string, string>>,
): Promise<Child> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await spawned(
        // A group of its own: what it starts ends with it, and a Ctrl-C of the terminal is the host's to answer.
        spawn(file, args, {
          env: { ...env },
          stdio: ['pipe', 'pipe', 'pipe'],
          detached: true,
          windowsHide: true,
        }),
      )
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ETXTBSY' && attempt < maxAttempts) {
        await new Promise((resolve) => setTimeout(resolve, 10 * attempt))
        continue
      }
      throw new AppError('PROVIDER_START_FAILED', `Cannot run "${file}": ${reasonOf(cause)}`, { cause })
    }
  }
}

function spawned(child: Child): Promise<Child> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('spawn', () => {
      child.off('error', reject)
      child.on('error', () => undefined) // a signal that could not be sent: it has ended
      resolve(child)
    })
  })
}

function reasonOf(cause: unknown): string {
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'EACCES':
      return 'permission denied: is it executable? (chmod +x)'
    case 'ENOENT':
      return 'no such file, or what its first line names is missing'
    case 'ENOEXEC':
      return 'it is no program of this machine'
    default:
      return messageOf(cause)
  }
}

function describeExit(code: number | null, signal: string | null, lastLine: string): string {
  const how = code === null ? `was ended by ${signal ?? 'the system'}` : `exited with code ${code}`
  return lastLine === '' ? how : `${how}: ${lastLine}`
}
