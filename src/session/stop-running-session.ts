import { kill } from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../core/errors.js'
import type { SessionFiles } from './session-files.js'
import { clearStaleSession, isAlive, readLiveSession } from './session-state.js'
import type { SessionState } from './session-state.js'

/** What came of stopping. */
export type StopOutcome =
  /** Nothing ran; `stale` says whether a killed session had left its state file. */
  | { readonly kind: 'none'; readonly stale: boolean }
  /** `forced` when it had to be killed. */
  | { readonly kind: 'stopped'; readonly state: SessionState; readonly forced: boolean }

/** How long to be patient. */
export interface StopOptions {
  /** For a clean end; then the process is killed. Default 20000. */
  readonly deadlineMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

const killDeadlineMs = 5_000
const pollMs = 25

/**
 * Ends the session of a directory and returns when its process is gone. Throws SESSION_STOP_FAILED if it will not go.
 * Nothing but that process is touched.
 */
export async function stopRunningSession(
  files: SessionFiles,
  options: StopOptions = {},
): Promise<StopOutcome> {
  const { deadlineMs = 20_000, signal } = options
  const state = await readLiveSession(files)
  if (state === undefined) return { kind: 'none', stale: await clearStaleSession(files) }
  sendSignal(state, 'SIGTERM')
  let forced = false
  if (!(await isGone(state, { withinMs: deadlineMs, signal }))) {
    forced = true
    sendSignal(state, 'SIGKILL')
    if (!(await isGone(state, { withinMs: killDeadlineMs, signal }))) {
      throw new AppError('SESSION_STOP_FAILED', `Cannot stop process ${state.pid}: it survived SIGKILL`, {
        hint: `Look at it: ps -p ${state.pid}`,
      })
    }
  }
  await clearStaleSession(files)
  return { kind: 'stopped', state, forced }
}

function sendSignal({ pid }: SessionState, signal: NodeJS.Signals): void {
  try {
    kill(pid, signal)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ESRCH') return // gone meanwhile
    throw new AppError('SESSION_STOP_FAILED', `Cannot stop process ${pid}: it belongs to another user`, {
      hint: 'Run "washi down" as the user who ran "washi up"',
      cause,
    })
  }
}

/** Looks again and again: the end of a process that is not our child raises no event. */
async function isGone(
  state: SessionState,
  { withinMs, signal }: { readonly withinMs: number; readonly signal: AbortSignal | undefined },
): Promise<boolean> {
  const attempts = Math.ceil(withinMs / pollMs)
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (!(await isAlive(state))) return true
    signal?.throwIfAborted()
    await delay(pollMs)
  }
  return !(await isAlive(state))
}
