import type { HostId } from '../ids.js'

/** Which hosts a lattice is known to have: what tells a client that all have answered, before its time-out does. */
export interface HostRoll {
  /** Never rejects: who knows of nobody waits for silence. */
  known(): Promise<ReadonlySet<HostId>>
  /** Told whenever others answered than those known. Never rejects. */
  replace(hosts: readonly HostId[]): Promise<void>
}

/** A roll that lives as long as its client. */
export function createMemoryRoll(): HostRoll {
  let hosts: ReadonlySet<HostId> = new Set()
  return {
    known: async () => hosts,
    replace: async (seen) => {
      hosts = new Set(seen)
    },
  }
}
