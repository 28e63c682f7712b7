import { AppError } from '../../core/errors.js'
import type { ControlClient } from '../control/client.js'
import type { HostInventory } from '../control/inventory-schemas.js'
import { parseHostId } from '../ids.js'

/** What one host, or every host, runs; sorted by host. Throws HOST_NOT_FOUND, or LATTICE_EMPTY where there is no host. */
export async function getInventories(
  control: ControlClient,
  hostId?: string,
): Promise<readonly HostInventory[]> {
  if (hostId !== undefined) return [await control.getInventory(parseHostId(hostId))]
  const hosts = await control.pingHosts({ quietMs: 200 })
  if (hosts.length === 0) {
    throw new AppError('LATTICE_EMPTY', 'No hosts are available for inventory query', { hint: 'washi up -d' })
  }
  return await Promise.all(hosts.map(({ id }) => control.getInventory(id)))
}
