import { join } from 'node:path'
import { resolveDirectories, type DirectorySources } from '../core/directories.js'
import type { ContextFolders } from './contexts/context-folders.js'

/**
 * The folders of this user's contexts: `given` (a flag) alone, else WASH_CONTEXT_DIR alone, else washi's own and then
 * those of wash, which are only read.
 */
export function ownContextFolders(sources: DirectorySources, given?: string): ContextFolders {
  const { env, home } = sources
  const chosen = given ?? env['WASH_CONTEXT_DIR']
  if (chosen) return [chosen.replace(/^~(?=\/)/, home)]
  const own = join(resolveDirectories(sources).config, 'contexts')
  // With a home of its own, washi looks at nothing else.
  if (env['WASHI_HOME']) return [own]
  const washConfig = env['WASH_CONFIG_DIR'] ?? join(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'wash')
  return [own, join(washConfig, 'contexts')]
}

/** The folder of this user's keys: `given` (a flag), else WASH_KEYS, else washi's own. */
export function ownKeyFolder(sources: DirectorySources, given?: string): string {
  const chosen = given ?? sources.env['WASH_KEYS'] ?? sources.env['WASH_KEYS_DIR']
  return chosen?.replace(/^~(?=\/)/, sources.home) ?? join(resolveDirectories(sources).config, 'keys')
}
