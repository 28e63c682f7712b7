import { homedir } from 'node:os'
import type { DirectorySources } from '../core/directories.js'

/** What this process knows of its user's directories. */
export function directorySources(): DirectorySources {
  return { env: process.env, platform: process.platform, home: homedir() }
}
