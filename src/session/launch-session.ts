import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { AppError, errorCodes } from '../core/errors.js'
import type { SessionFiles } from './session-files.js'
import type { SessionState } from './session-state.js'

/** What the detached process tells the one that launched it, once. */
export type LaunchReport =
  | { readonly kind: 'running'; readonly state: SessionState }
  | {
      readonly kind: 'failed'
      readonly failure: {
        readonly code: string
        readonly message: string
        readonly hint?: string | undefined
      }
    }

/** What to launch. */
export interface LaunchOptions {
  /** The program and its arguments: this executable, running a session in its foreground. */
  readonly command: readonly [program: string, ...args: string[]]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly files: SessionFiles
  readonly signal: AbortSignal
}

const failureSchema = z.object({
  code: z.enum(errorCodes as [string, ...string[]]),
  message: z.string(),
  hint: z.string().optional(),
})

/**
 * Runs a session in a process of its own, which outlives this one and logs to a file, and resolves once it has reported
 * that it runs. Throws what it failed of; a process that ended without a word is SESSION_START_FAILED with its last line.
 */
export async function launchSession(options: LaunchOptions): Promise<SessionState> {
  const { command, env, files, signal } = options
  const [program, ...args] = command
  const log = await openLog(files.log)
  const child = spawn(program, args, {
    cwd: files.folder,
    env: { ...env },
    detached: true,
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
    windowsHide: true,
  })
  const onAbort = (): void => void child.kill('SIGTERM')
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    const report = await nextReport(child)
    signal.throwIfAborted()
    if (report?.kind === 'running') return report.state
    throw report === undefined ? await endedSilently(files) : toAppError(report.failure)
  } finally {
    signal.removeEventListener('abort', onAbort)
    if (child.connected) child.disconnect()
    child.unref()
    await log.close()
  }
}

/** A new log; the one before it is kept under another name. */
async function openLog(file: string) {
  await mkdir(dirname(file), { recursive: true })
  await rename(file, `${file}.1`).catch(() => undefined) // there was none
  return await open(file, 'a', 0o600)
}

function nextReport(child: ChildProcess): Promise<LaunchReport | undefined> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => resolve(undefined))
    // Our own executable wrote it, from the same version of this file.
    child.once('message', (message) => resolve(message as LaunchReport))
  })
}

function toAppError(failure: unknown): AppError {
  const parsed = failureSchema.safeParse(failure)
  if (!parsed.success) return new AppError('SESSION_START_FAILED', 'Cannot start the lattice')
  const { code, message, hint } = parsed.data
  return new AppError(code as AppError['code'], message, { hint })
}

async function endedSilently({ log }: SessionFiles): Promise<AppError> {
  const text = await readFile(log, 'utf8').catch(() => '')
  const lastLine = text.trimEnd().split('\n').at(-1) ?? ''
  return new AppError(
    'SESSION_START_FAILED',
    `Cannot start the lattice: ${lastLine || 'its process ended without a word'}`,
    {
      hint: `See the log: ${log}`,
    },
  )
}
