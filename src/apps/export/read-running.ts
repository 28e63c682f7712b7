import type { ControlClient } from '../../lattice/control/client.js'
import type { StringMap } from '../../lattice/control/schemas.js'
import { getInventories } from '../../lattice/operations/get-inventories.js'
import { AppError } from '../../core/errors.js'
import type { ApplicationsClient } from '../api/applications-client.js'
import { componentIdOf } from '../manifest/identifiers.js'
import type { ManifestComponent } from '../manifest/manifest.js'
import type { RunningLattice } from './export-manifest.js'

/** What runs on a lattice now. Throws LATTICE_EMPTY where there is no host; a lattice without a manager is fine. */
export async function readRunningLattice(
  control: ControlClient,
  applications: ApplicationsClient,
): Promise<RunningLattice> {
  const [inventories, links, managed] = await Promise.all([
    getInventories(control),
    control.getLinks(),
    readManaged(applications),
  ])
  const names = [...new Set(links.flatMap((link) => [...link.source_config, ...link.target_config]))].sort()
  const configs = new Map<string, StringMap>()
  for (const name of names) {
    const values = await control.getConfig(name)
    if (values) configs.set(name, values)
  }
  return { inventories, links, configs, managed }
}

async function readManaged(client: ApplicationsClient): Promise<ReadonlyMap<string, ManifestComponent>> {
  try {
    const deployed = (await client.list()).filter(({ deployedVersion }) => deployedVersion !== undefined)
    const manifests = await Promise.all(
      deployed.map(({ name, deployedVersion }) => client.get(name, deployedVersion)),
    )
    return new Map(
      manifests.flatMap(({ manifest }) =>
        manifest.spec.components.map((component) => [componentIdOf(manifest, component), component] as const),
      ),
    )
  } catch (thrown) {
    // Without a manager everything was started by hand.
    if (thrown instanceof AppError && thrown.code === 'APP_MANAGER_UNAVAILABLE') return new Map()
    throw thrown
  }
}
