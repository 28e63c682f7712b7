import type { ControlledLattice } from '../../lattice/operations/controlled-lattice.js'

/** Hands over a lattice and closes it again. */
export type ReachLattice = <Result>(
  where: { readonly url: string | undefined; readonly lattice: string | undefined },
  use: (lattice: ControlledLattice) => Promise<Result>,
) => Promise<Result>
