import { ApplicationsClient } from '../apps/api/applications-client.js'
import type { LatticeFlags } from './flags/lattice-flags.js'
import { withLattice } from './with-lattice.js'

/** Connects as the flags say and hands over the lattice's application manager. Throws LATTICE_UNREACHABLE. */
export async function withApplications<Result>(
  flags: LatticeFlags,
  use: (client: ApplicationsClient) => Promise<Result>,
): Promise<Result> {
  return await withLattice(flags, ({ connection, timeoutMs }) => {
    // The manager answers after it has stored something: its patience is not that of a ping.
    return use(new ApplicationsClient(connection, { timeoutMs: Math.max(5_000, timeoutMs) }))
  })
}
