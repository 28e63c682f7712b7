import type { LatticeConnection } from '../connection.js'
import type { ControlClient } from '../control/client.js'

/** A lattice and its control interface. */
export interface ControlledLattice {
  readonly connection: LatticeConnection
  readonly control: ControlClient
}
