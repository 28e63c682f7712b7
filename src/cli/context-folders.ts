import type { ContextFolders } from '../session/contexts/context-folders.js'
import { ownContextFolders } from '../session/user-folders.js'
import { directorySources } from './directory-sources.js'

/** The folders of this user's contexts, or the one that a flag names. */
export function contextFolders(given: string | undefined): ContextFolders {
  return ownContextFolders(directorySources(), given)
}
