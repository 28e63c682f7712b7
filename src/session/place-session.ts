import type { Directories } from '../core/directories.js'
import { allSessionFiles, sessionFiles } from './session-files.js'
import type { SessionFiles } from './session-files.js'
import { readLiveSession } from './session-state.js'
import type { SessionState } from './session-state.js'

/** A session that runs, and its files. */
export interface LiveSession {
  readonly files: SessionFiles
  readonly state: SessionState
}

/** A place for one more session in a data directory. */
export interface SessionPlace {
  readonly files: SessionFiles
  /** A session that runs there already, the first one where there are several. */
  readonly beside: SessionState | undefined
}

/** The sessions that live in a data directory, the first one's first. */
export async function liveSessions(directories: Directories): Promise<readonly LiveSession[]> {
  const found: LiveSession[] = []
  for (const files of await allSessionFiles(directories)) {
    const state = await readLiveSession(files)
    if (state) found.push({ files, state })
  }
  return found
}

/** The first place in a data directory where no session lives. */
export async function placeSession(directories: Directories): Promise<SessionPlace> {
  const live = await liveSessions(directories)
  const taken = new Set(live.map(({ files }) => files.state))
  let number = 1
  while (taken.has(sessionFiles(directories, number).state)) number += 1
  return { files: sessionFiles(directories, number), beside: live[0]?.state }
}
