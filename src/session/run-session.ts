import { parseHostId } from '../lattice/ids.js'
import { createFileRoll, enroll, strikeOff } from './known-hosts.js'
import { claimSession } from './session-state.js'
import type { SessionState } from './session-state.js'
import type { SessionFiles } from './session-files.js'
import { startSession } from './start-session.js'
import type { SessionEnd } from './start-session.js'
import type { SessionOptions } from './session-options.js'

/** A session that belongs to a data directory. */
export interface RunSessionOptions extends SessionOptions {
  readonly files: SessionFiles
  /** Called once the lattice runs. */
  onRunning(state: SessionState): void
}

/**
 * Runs a session in this process until the signal or its own end, with the directory's state file telling about it.
 * Throws SESSION_RUNNING where one runs there already, or why it could not start.
 */
export async function runSession(options: RunSessionOptions): Promise<SessionEnd> {
  const { files, signal, log, lattice, clock } = options
  const claim = await claimSession(files, { lattice, startedAt: new Date(clock.now()).toISOString() })
  try {
    const session = await startSession(options)
    const roll = createFileRoll(files.knownHosts, { url: session.natsUrl, lattice })
    const hosts = session.hostIds.map(parseHostId)
    try {
      await enroll(roll, { hosts, ownsBus: session.ownsBus })
      const { hostId, hostIds, natsUrl, ownsBus, ownsManager } = session
      const several = hostIds.length > 1 ? { hostIds: [...hostIds] } : {}
      options.onRunning(await claim.announce({ hostId, ...several, natsUrl, ownsBus, ownsManager }))
      return await Promise.race([session.ended, aborted(signal)])
    } finally {
      log.info('stopping')
      await session.stop()
      await strikeOff(roll, hosts)
    }
  } finally {
    await claim.release()
  }
}

function aborted(signal: AbortSignal): Promise<SessionEnd> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve({ kind: 'stopped' })
    signal.addEventListener('abort', () => resolve({ kind: 'stopped' }), { once: true })
  })
}
