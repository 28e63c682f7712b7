import type { ReachLattice } from '../session/down/reach.js'
import type { LatticeFlags } from './flags/lattice-flags.js'
import { withLattice } from './with-lattice.js'

/** Reaches the lattice at an address with the credentials that the flags give; where there is no address, as they say. */
export function reachLattice(flags: LatticeFlags): ReachLattice {
  return async ({ url, lattice }, use) => {
    const at = url === undefined ? undefined : new URL(url)
    const where = at && { 'ctl-host': at.hostname, 'ctl-port': Number(at.port) }
    return await withLattice({ ...flags, ...where, ...(lattice === undefined ? {} : { lattice }) }, use)
  }
}
