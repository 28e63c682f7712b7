import { stat } from 'node:fs/promises'
import type { World } from '../wit/model.js'

/**
 * The world of a component file, of a .wit file, or of a folder of them with what they depend on in `deps`; `world` says
 * which where WIT has several. Throws USAGE_INVALID, COMPONENT_INVALID, WIT_INVALID, WIT_WORLD_NOT_FOUND.
 */
export async function readWorld(path: string, world?: string): Promise<World> {
  if (path.endsWith('.wit') || (await isFolder(path))) {
    const { readWit } = await import('../wit/text/read-wit.js')
    return (await readWit(path)).world(world)
  }
  const { readComponent } = await import('../component/read-component.js')
  if (world === undefined) return (await readComponent(path)).world
  const { AppError } = await import('../core/errors.js')
  throw new AppError('USAGE_INVALID', `"${path}" is a component, which has one world only`, {
    hint: `Leave out "${world}"`,
  })
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false, // whoever reads it says what is wrong with it
  )
}
