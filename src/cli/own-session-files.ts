import { resolveDirectories } from '../core/directories.js'
import type { Directories } from '../core/directories.js'
import { sessionFiles } from '../session/session-files.js'
import type { SessionFiles } from '../session/session-files.js'
import { directorySources } from './directory-sources.js'

/** The session files of this user, or of WASHI_HOME. */
export function ownSessionFiles(): SessionFiles {
  return sessionFiles(ownDirectories())
}

/** The directories of this user, or of WASHI_HOME. */
export function ownDirectories(): Directories {
  return resolveDirectories(directorySources())
}
