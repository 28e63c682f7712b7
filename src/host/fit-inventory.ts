import type { HostInventory } from '../lattice/control/inventory-schemas.js'

/** Links of so few take no notable part of a message. */
const alwaysTold = 1_000

/**
 * The inventory for one message of at most so many bytes: where it has more, without what became of the providers' links,
 * which is washi's addition. A heartbeat that is not sent makes the host look dead.
 */
export function fitInventory(inventory: HostInventory, maxBytes: number): HostInventory {
  const links = inventory.providers.reduce((count, provider) => count + (provider.links?.length ?? 0), 0)
  if (links <= alwaysTold || Buffer.byteLength(JSON.stringify(inventory)) <= maxBytes) return inventory
  return { ...inventory, providers: inventory.providers.map(({ links: _links, ...provider }) => provider) }
}
