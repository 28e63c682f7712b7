import { z } from 'zod'
import type { Logger } from '../../core/log.js'
import type { LatticeConnection } from '../../lattice/connection.js'
import { putRegistriesRequestSchema } from '../../lattice/control/schemas.js'
import type { RegistryCredentials, StringMap } from '../../lattice/control/schemas.js'
import { jsonOf } from '../../lattice/message.js'
import { errorChain } from '../error-chain.js'

const settingsSchema = z.object({ registryCredentials: putRegistriesRequestSchema.default({}) })

/**
 * Asks the lattice's config service for the credentials of registries. As on the real host, a service that is not there or
 * says something else is logged, and the host goes on without.
 */
export async function askConfigService(
  connection: LatticeConnection,
  labels: StringMap,
  log: Logger,
): Promise<RegistryCredentials> {
  try {
    const answer = await connection.request(connection.subjects.configService, JSON.stringify({ labels }))
    return settingsSchema.parse(jsonOf(answer)).registryCredentials
  } catch (failure) {
    log.warn('the config service has not answered as it should', { reason: errorChain(failure) })
    return {}
  }
}
