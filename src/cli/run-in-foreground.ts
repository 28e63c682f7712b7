import { AppError, messageOf } from '../core/errors.js'
import type { LaunchReport } from '../session/launch-session.js'
import { runSession } from '../session/run-session.js'
import { hostIdsOf } from '../session/session-state.js'
import type { SessionState } from '../session/session-state.js'
import { launchedVariable } from './launch-in-background.js'
import type { UpRun } from './launch-in-background.js'
import { toSessionOptions } from './run-options.js'

/** Runs the lattice in this process until it is interrupted. Throws why it could not start, or why it ended by itself. */
export async function runInForeground({ flags, files, signal, terminal }: UpRun): Promise<void> {
  const tell = createReporter()
  try {
    const end = await runSession({
      ...(await toSessionOptions(flags, files, signal)),
      files,
      onRunning: (state) => {
        if (tell) tell({ kind: 'running', state })
        else terminal.printError(renderReady(state))
      },
    })
    if (end.kind === 'failed') throw end.error
  } catch (error) {
    tell?.({ kind: 'failed', failure: toFailure(error) })
    throw error
  }
}

/** Reports to the process that launched this one, once; undefined where nobody did. */
function createReporter(): ((report: LaunchReport) => void) | undefined {
  if (process.env[launchedVariable] === undefined || !process.send) return undefined
  return (report) => {
    if (!process.connected) return
    process.send?.(report, undefined, undefined, () => {
      if (process.connected) process.disconnect()
    })
  }
}

function toFailure(error: unknown): { code: string; message: string; hint?: string | undefined } {
  if (error instanceof AppError) return { code: error.code, message: error.message, hint: error.hint }
  return { code: 'SESSION_START_FAILED', message: `Cannot start the lattice: ${messageOf(error)}` }
}

function renderReady({ lattice, running }: SessionState): string {
  return [
    `The lattice "${lattice}" is up`,
    `  NATS   ${running?.natsUrl}`,
    ...hostIdsOf(running).map((id) => `  Host   ${id}`),
    'Press Ctrl-C to stop it',
  ].join('\n')
}
