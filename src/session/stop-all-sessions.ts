import type { Directories } from '../core/directories.js'
import { liveSessions } from './place-session.js'
import { sessionFiles } from './session-files.js'
import { stopRunningSession } from './stop-running-session.js'
import type { StopOptions, StopOutcome } from './stop-running-session.js'

/**
 * Ends every session of a data directory, the first one last: the others may be on its bus. Returns what came of each, at
 * least of the first. Throws as stopRunningSession().
 */
export async function stopAllSessions(
  directories: Directories,
  options: StopOptions = {},
): Promise<readonly StopOutcome[]> {
  const first = sessionFiles(directories)
  const others = (await liveSessions(directories)).filter(({ files }) => files.state !== first.state)
  const outcomes: StopOutcome[] = []
  for (const { files } of others.reverse()) outcomes.push(await stopRunningSession(files, options))
  const last = await stopRunningSession(first, options)
  // Of a first one that was not there nobody needs to hear where there were others.
  return last.kind === 'none' && outcomes.length > 0 ? outcomes : [...outcomes, last]
}
