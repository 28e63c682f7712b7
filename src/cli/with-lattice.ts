import { connectLattice } from '../lattice/connection.js'
import type { LatticeConnection } from '../lattice/connection.js'
import { ControlClient } from '../lattice/control/client.js'
import { parseLatticeName } from '../lattice/ids.js'
import { resolveLatticeAddress } from '../session/lattice-address.js'
import { contextFolders } from './context-folders.js'
import { ownSessionFiles } from './own-session-files.js'
import type { LatticeFlags } from './flags/lattice-flags.js'

/** A lattice within reach of a command. */
export interface ReachedLattice {
  readonly connection: LatticeConnection
  readonly control: ControlClient
}

/** Connects as the flags say, hands the lattice over, and closes whatever comes of it. Throws LATTICE_UNREACHABLE. */
export async function withLattice<Result>(
  flags: LatticeFlags,
  use: (lattice: ReachedLattice) => Promise<Result>,
): Promise<Result> {
  const { url, lattice, jsDomain } = await resolveLatticeAddress(
    { session: ownSessionFiles(), contexts: contextFolders(undefined) },
    {
      host: flags['ctl-host'],
      port: flags['ctl-port'],
      lattice: flags.lattice,
      jsDomain: flags['js-domain'],
      context: flags.context,
    },
  )
  await using connection = await connectLattice({
    url,
    lattice: parseLatticeName(lattice),
    name: 'washi-cli',
    jsDomain,
    timeoutMs: flags['timeout-ms'],
  })
  return await use({ connection, control: new ControlClient(connection, { timeoutMs: flags['timeout-ms'] }) })
}
