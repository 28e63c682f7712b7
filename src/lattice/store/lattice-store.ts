import type { LatticeConnection } from '../connection.js'
import type { LatticeName } from '../ids.js'
import type { Bucket } from '../key-value.js'

/** The two buckets in which a lattice keeps its state, byte-compatible with wasmCloud 1.9. */
export interface LatticeStore {
  /** `LATTICEDATA_{lattice}`: component specifications with their links, claims. */
  readonly data: Bucket
  /** `CONFIGDATA_{lattice}`: named configs and references to secrets. */
  readonly config: Bucket
}

/** The bucket of specifications and claims. */
export function latticeDataBucket(lattice: LatticeName): string {
  return `LATTICEDATA_${lattice}`
}

/** The bucket of configs. */
export function configBucket(lattice: LatticeName): string {
  return `CONFIGDATA_${lattice}`
}

/** The bucket of washi's own in which hosts that keep their identity keep changes of their labels. */
export function hostLabelsBucket(lattice: LatticeName): string {
  return `HOSTLABELS_${lattice}`
}

/** Opens the lattice's buckets and creates those that are missing, with the real host's settings. */
export async function openLatticeStore(connection: LatticeConnection): Promise<LatticeStore> {
  const create = { history: 1 }
  return {
    data: await connection.bucket(latticeDataBucket(connection.lattice), { create }),
    config: await connection.bucket(configBucket(connection.lattice), { create }),
  }
}
