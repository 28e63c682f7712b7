import { stat } from 'node:fs/promises'
import { startBus } from '../../bus/start-bus.js'
import type { Directories } from '../../core/directories.js'
import { AppError } from '../../core/errors.js'
import { silentLogger } from '../../core/log.js'
import { connectLattice } from '../../lattice/connection.js'
import { parseLatticeName } from '../../lattice/ids.js'
import type { PurgeKind } from '../../lattice/store/purge-lattice.js'
import { purgeLattice } from '../../lattice/store/purge-lattice.js'
import type { LiveSession } from '../place-session.js'
import { sessionFiles } from '../session-files.js'
import { hostIdsOf } from '../session-state.js'
import type { ReachLattice } from './reach.js'

/** What is to be purged once the sessions have ended. */
export interface PurgeRequest {
  readonly purge: PurgeKind | undefined
  readonly directories: Directories
  /** Those that end. */
  readonly sessions: readonly LiveSession[]
  /** Hosts that end beside them. */
  readonly ending: readonly string[]
  /** Where those hosts are. */
  readonly where?: { readonly url: string | undefined; readonly lattice: string | undefined } | undefined
  /** Lattice where nothing says which. */
  readonly lattice: string
  readonly reach: ReachLattice
}

type Purge = () => Promise<readonly string[]>

/**
 * Checks that nobody uses what is to be purged but those who end, and returns what purges it afterwards: on the bus where
 * that goes on, else in the files of a session's own bus. Throws PURGE_REFUSED with the hosts that would lose their state.
 */
export async function planPurge(request: PurgeRequest): Promise<Purge> {
  const { purge, directories, sessions, where, lattice } = request
  if (purge === undefined) return async () => []
  const places = sessions.flatMap(({ files, state }) =>
    state.running ? [{ files, lattice: state.lattice, ...state.running }] : [],
  )
  for (const { natsUrl, lattice: name } of places) await checkUnused(request, { url: natsUrl, lattice: name })
  if (where) await checkUnused(request, where)
  const purges: Purge[] = places.map(({ natsUrl, lattice: name }) => {
    const owner = places.find((place) => place.ownsBus && place.natsUrl === natsUrl)
    return owner
      ? async () => await purgeStore(owner.files.store, name, purge)
      : async () => await purgeBus(request, { url: natsUrl, lattice: name }, purge)
  })
  if (where) purges.push(async () => await purgeBus(request, where, purge))
  const { store } = sessionFiles(directories)
  if (purges.length === 0) purges.push(async () => await purgeStore(store, lattice, purge))
  return async () => {
    const names = new Set<string>()
    for (const each of purges) for (const name of await each()) names.add(name)
    return [...names].sort()
  }
}

interface Where {
  readonly url: string | undefined
  readonly lattice: string | undefined
}

async function checkUnused({ reach, sessions, ending }: PurgeRequest, where: Where): Promise<void> {
  const own = new Set([...sessions.flatMap(({ state }) => hostIdsOf(state.running)), ...ending])
  const hosts = await reach(where, ({ control }) => control.listHosts())
  const foreign = hosts
    .filter(({ id }) => !own.has(id))
    .map(({ id, friendly_name }) => `${id} (${friendly_name})`)
  if (foreign.length === 0) return
  throw new AppError(
    'PURGE_REFUSED',
    `Nothing was stopped or purged: the lattice is in use by ${foreign.join(', ')}`,
    {
      hint: 'Stop those hosts first: washi stop host HOST',
    },
  )
}

async function purgeBus({ reach }: PurgeRequest, where: Where, kind: PurgeKind): Promise<readonly string[]> {
  return await reach(where, ({ connection }) => purgeLattice(connection, kind))
}

/** The files of a bus have one writer: a bus. One is started on them that nobody else knows of. */
async function purgeStore(storeDir: string, lattice: string, kind: PurgeKind): Promise<readonly string[]> {
  if (!(await isThere(storeDir))) return []
  await using bus = await startBus({ port: 0, storeDir, log: silentLogger })
  const address = { url: bus.url, lattice: parseLatticeName(lattice), name: 'washi-purge' }
  await using connection = await connectLattice(address)
  return await purgeLattice(connection, kind)
}

async function isThere(folder: string): Promise<boolean> {
  return await stat(folder).then(
    () => true,
    () => false, // nothing was ever stored
  )
}
