import { AppError } from '../../core/errors.js'
import type { ControlClient } from '../control/client.js'
import type { HostInventory } from '../control/inventory-schemas.js'
import { parseHostId } from '../ids.js'
import type { HostId } from '../ids.js'

/**
 * What one host, or every host, runs; sorted by host. A host that goes away meanwhile is none any more. Throws
 * HOST_NOT_FOUND for the one that was asked for, LATTICE_EMPTY where there is no host, LATTICE_TIMEOUT where one is
 * there and does not answer.
 */
export async function getInventories(
  control: ControlClient,
  hostId?: string,
): Promise<readonly HostInventory[]> {
  if (hostId !== undefined) return [await control.getInventory(parseHostId(hostId))]
  const hosts = await control.listHosts()
  const inventories = await Promise.all(hosts.map(({ id }) => inventoryOf(control, id)))
  const found = inventories.filter((inventory) => inventory !== undefined)
  if (found.length > 0) return found
  throw new AppError('LATTICE_EMPTY', 'No host answers in this lattice', { hint: 'washi up -d' })
}

async function inventoryOf(control: ControlClient, id: HostId): Promise<HostInventory | undefined> {
  try {
    return await control.getInventory(id)
  } catch (error) {
    if (error instanceof AppError && error.code === 'HOST_NOT_FOUND') return undefined
    throw error
  }
}
