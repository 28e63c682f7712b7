import type { SessionFiles } from './session-files.js'
import { readLiveSession } from './session-state.js'

/** What the user said of the lattice; what is left open comes from the session that runs, then from the defaults. */
export interface LatticeChoice {
  readonly host: string | undefined
  readonly port: number | undefined
  readonly lattice: string | undefined
}

/** Where a lattice is. */
export interface LatticeAddress {
  /** `nats://127.0.0.1:4222` */
  readonly url: string
  readonly lattice: string
}

/** The lattice that a client of this directory means. */
export async function resolveLatticeAddress(
  files: SessionFiles,
  choice: LatticeChoice,
): Promise<LatticeAddress> {
  const live =
    choice.host === undefined && choice.port === undefined ? await readLiveSession(files) : undefined
  const url = live?.running?.natsUrl ?? `nats://${choice.host ?? '127.0.0.1'}:${choice.port ?? 4222}`
  return { url, lattice: choice.lattice ?? live?.lattice ?? 'default' }
}
