import { join } from 'node:path'
import type { Directories } from '../core/directories.js'
import type { ProviderFolders } from '../host/host-options.js'

/** The files of the one session that `up` runs in a data directory. */
export interface SessionFiles {
  readonly folder: string
  /** Who runs here; see SessionState. */
  readonly state: string
  /** What a detached session prints. */
  readonly log: string
  /** Streams of the embedded bus. */
  readonly store: string
  /** Keys of the secrets backend. */
  readonly secretKeys: string
  /** What belongs to external providers. */
  readonly providers: ProviderFolders
}

/** Names the files; touches none. */
export function sessionFiles({ config, data, cache }: Directories): SessionFiles {
  return {
    folder: data,
    state: join(data, 'up.json'),
    log: join(data, 'logs', 'up.log'),
    store: join(data, 'bus'),
    providers: { programs: join(cache, 'providers'), processes: join(data, 'processes') },
    secretKeys: join(config, 'secrets-backend.json'),
  }
}
