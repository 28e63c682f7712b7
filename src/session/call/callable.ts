import { describeComponent } from '../../component/describe-component.js'
import { readExports } from '../../component/read-world.js'
import { loadComponent } from '../../component/references/load-component.js'
import { AppError, messageOf } from '../../core/errors.js'
import type { ControlClient } from '../../lattice/control/client.js'
import { getInventories } from '../../lattice/operations/get-inventories.js'
import { suggest } from '../../core/suggest.js'
import { listExportedFunctions, nameOfFunction } from '../../host/calls/exported-function.js'
import type { World } from '../../wit/model.js'

/** Ids of the components that run in the lattice, sorted, each with the image that it runs. */
export async function listRunningComponents(control: ControlClient): Promise<ReadonlyMap<string, string>> {
  const components = (await getInventories(control)).flatMap((inventory) => inventory.components)
  return new Map(
    components.map(({ id, image_ref }) => [id, image_ref] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/**
 * The world of a running component, read from its image or from `typesFile`. Throws NOT_RUNNING, which lists those
 * that run, and COMPONENT_TYPES_UNKNOWN where the image cannot be read here.
 */
export async function findWorld(
  control: ControlClient,
  { componentId, typesFile }: { readonly componentId: string; readonly typesFile: string | undefined },
): Promise<World> {
  const running = await listRunningComponents(control)
  const image = running.get(componentId)
  if (image === undefined) throw notRunning(componentId, [...running.keys()])
  if (typesFile !== undefined) return await readExports(typesFile)
  try {
    return describeComponent(await loadComponent(image)).world
  } catch (cause) {
    const message = `Cannot learn what "${componentId}" exports from its image ${image}: ${messageOf(cause)}`
    const hint = 'Name its WIT, or a file of the same component: --wit PATH'
    throw new AppError('COMPONENT_TYPES_UNKNOWN', message, { hint, cause })
  }
}

function notRunning(id: string, running: readonly string[]): AppError {
  const list = running.length === 0 ? 'no component runs' : `there run ${running.join(', ')}`
  const near = suggest(id, running)
  return new AppError('NOT_RUNNING', `No host runs component "${id}": ${list}`, {
    hint: near === undefined ? 'Run: washi get inventory' : `Did you mean "${near}"?`,
  })
}

/** Names of the functions of a running component that can be called, for completion. Throws as findWorld(). */
export async function listCallableFunctions(
  control: ControlClient,
  componentId: string,
): Promise<readonly string[]> {
  const world = await findWorld(control, { componentId, typesFile: undefined })
  return listExportedFunctions(world).map(nameOfFunction).sort()
}
