import { env } from 'node:process'
import { placeSession } from '../session/place-session.js'
import { sessionFiles } from '../session/session-files.js'
import type { SessionFiles } from '../session/session-files.js'
import type { UpFlags } from './flags/up-flags.js'
import { launchedVariable } from './launch-in-background.js'
import { ownDirectories } from './own-session-files.js'

/** Where an `up` runs, and with which flags. */
export interface UpPlace {
  readonly flags: UpFlags
  readonly files: SessionFiles
}

/**
 * The user's one place for a session; with --multi-local the next free one, on the bus and in the lattice of the session
 * that runs unless the flags say otherwise.
 */
export async function placeUp(flags: UpFlags, isDefault: (flag: keyof UpFlags) => boolean): Promise<UpPlace> {
  const directories = ownDirectories()
  const launched = env[launchedVariable]
  if (launched !== undefined) return { flags, files: sessionFiles(directories, numberOf(launched)) }
  if (!flags['multi-local']) return { flags, files: sessionFiles(directories) }
  const { files, beside } = await placeSession(directories)
  const isAnywhere = (['nats-host', 'nats-port', 'ctl-host', 'ctl-port'] as const).every(isDefault)
  if (!beside?.running || !isAnywhere) return { flags, files }
  const { hostname, port } = new URL(beside.running.natsUrl)
  const lattice = isDefault('lattice') ? beside.lattice : flags.lattice
  const bus = { 'nats-host': hostname, 'nats-port': Number(port), 'nats-connect-only': true }
  return { files, flags: { ...flags, ...bus, lattice } }
}

/** The number of the session with that state file, `up-2.json`. */
function numberOf(name: string): number {
  return Number(/^up-(\d+)\.json$/.exec(name)?.[1] ?? 1)
}
