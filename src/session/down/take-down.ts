import type { Directories } from '../../core/directories.js'
import { parseHostId } from '../../lattice/ids.js'
import { stopHost } from '../../lattice/operations/stop-host.js'
import type { ControlledLattice } from '../../lattice/operations/controlled-lattice.js'
import type { PurgeKind } from '../../lattice/store/purge-lattice.js'
import { liveSessions } from '../place-session.js'
import type { LiveSession } from '../place-session.js'
import { sessionFiles } from '../session-files.js'
import { stopRunningSession } from '../stop-running-session.js'
import type { StopOutcome } from '../stop-running-session.js'
import { chooseSessions } from './choose-sessions.js'
import type { DownChoice } from './choose-sessions.js'
import { planPurge } from './purge.js'
import type { ReachLattice } from './reach.js'

/** What to take down. */
export interface TakeDownOptions extends DownChoice {
  readonly purge: PurgeKind | undefined
  /** Lattice to purge where no session runs to say which. */
  readonly lattice: string
  readonly signal: AbortSignal
  /** Reaches a bus that is not a session's own, at that address or where the user says. */
  readonly reach: ReachLattice
}

/** What was taken down. */
export interface TakenDown {
  readonly outcomes: readonly StopOutcome[]
  /** Hosts that were stopped while their session goes on, or that belong to none. */
  readonly hosts: readonly string[]
  /** Names of the buckets and streams that were purged. */
  readonly purged: readonly string[]
}

/**
 * Ends sessions of a data directory, the one with the bus last, or one host, and purges what their lattice has stored.
 * Whether that is allowed is looked at before anything ends. Throws HOST_AMBIGUOUS, BUS_IN_USE, PURGE_REFUSED,
 * HOST_NOT_FOUND and what stopRunningSession() throws.
 */
export async function takeDown(directories: Directories, options: TakeDownOptions): Promise<TakenDown> {
  const chosen = chooseSessions(await liveSessions(directories), options)
  if (chosen.kind !== 'sessions') {
    const state = chosen.kind === 'host' ? chosen.session.state : undefined
    const where = { url: state?.running?.natsUrl, lattice: state?.lattice }
    const purge = await planPurge({ ...options, directories, sessions: [], ending: [chosen.hostId], where })
    await options.reach(where, (lattice) => stopOne(lattice, chosen.hostId))
    return { outcomes: [], hosts: [chosen.hostId], purged: await purge() }
  }
  const { sessions } = chosen
  const purge = await planPurge({ ...options, directories, sessions, ending: [] })
  const outcomes = await stopSessions(directories, sessions, options.signal)
  return { outcomes, hosts: [], purged: await purge() }
}

async function stopOne(lattice: ControlledLattice, hostId: string): Promise<void> {
  await stopHost(lattice, { hostId: parseHostId(hostId), graceMs: 2_000, waitMs: 20_000 })
}

/** The first one last: the others may be on its bus. */
async function stopSessions(
  directories: Directories,
  sessions: readonly LiveSession[],
  signal: AbortSignal,
): Promise<readonly StopOutcome[]> {
  // What a killed session has left is cleared away as well.
  if (sessions.length === 0) return [await stopRunningSession(sessionFiles(directories), { signal })]
  const outcomes: StopOutcome[] = []
  for (const { files } of sessions.toReversed()) outcomes.push(await stopRunningSession(files, { signal }))
  return outcomes
}
