import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Directories } from '../core/directories.js'
import type { ProviderFolders } from '../host/host-options.js'

/** The files of a session that `up` runs in a data directory. */
export interface SessionFiles {
  readonly folder: string
  /** Who runs here; see SessionState. */
  readonly state: string
  /** What a detached session prints. */
  readonly log: string
  /** Streams of the embedded bus. */
  readonly store: string
  /** See createFileRoll(). */
  readonly knownHosts: string
  /** Keys of the secrets backend. */
  readonly secretKeys: string
  /** What belongs to external providers. */
  readonly providers: ProviderFolders
}

/** Names the files of the directory's session, or of the one of that number beside it; touches none. */
export function sessionFiles({ config, data, cache }: Directories, number = 1): SessionFiles {
  const suffix = number === 1 ? '' : `-${number}`
  return {
    folder: data,
    state: join(data, `up${suffix}.json`),
    log: join(data, 'logs', `up${suffix}.log`),
    store: join(data, `bus${suffix}`),
    knownHosts: join(cache, 'hosts'),
    providers: { programs: join(cache, 'providers'), processes: join(data, 'processes') },
    secretKeys: join(config, 'secrets-backend.json'),
  }
}

/** The files of every session that may run in a data directory: the first one's, then those of others beside it. */
export async function allSessionFiles(folders: Directories): Promise<readonly SessionFiles[]> {
  const names = await readdir(folders.data).catch(() => []) // nobody was here
  const numbers = names.flatMap((name) => /^up-(\d+)\.json$/.exec(name)?.slice(1).map(Number) ?? [])
  return [1, ...numbers.sort((a, b) => a - b)].map((number) => sessionFiles(folders, number))
}
