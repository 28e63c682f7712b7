import { stat } from 'node:fs/promises'
import { AppError } from '../core/errors.js'
import type { World, WorldItem } from '../wit/model.js'
import { readWit } from '../wit/text/read-wit.js'
import type { WitLibrary } from '../wit/text/wit-library.js'
import { readComponent } from './read-component.js'

/**
 * The world of a component file, of a .wit file, or of a folder of them with what they depend on in `deps`; `world` says
 * which where WIT has several. Throws USAGE_INVALID, COMPONENT_INVALID, WIT_INVALID, WIT_WORLD_NOT_FOUND.
 */
export async function readWorld(path: string, world?: string): Promise<World> {
  if (await isWit(path)) return (await readWit(path)).world(world)
  if (world === undefined) return (await readComponent(path)).world
  throw new AppError('USAGE_INVALID', `"${path}" is a component, which has one world only`, {
    hint: `Leave out "${world}"`,
  })
}

/**
 * What a component could export, by its file or by WIT: there, what any world exports, and every interface of the package.
 * Throws as readWorld().
 */
export async function readExports(path: string): Promise<World> {
  if (!(await isWit(path))) return (await readComponent(path)).world
  const library = await readWit(path)
  const all = [...exportsOfWorlds(library), ...library.interfaces]
  const byName = new Map(all.map((item) => [item.name, item]))
  return { imports: [], exports: [...byName.values()] }
}

function exportsOfWorlds(library: WitLibrary): readonly WorldItem[] {
  return library.worldNames.flatMap((name) => library.world(name).exports)
}

/** Whether a path is that of WIT text, by its name or because it is a folder. */
async function isWit(path: string): Promise<boolean> {
  return path.endsWith('.wit') || (await isFolder(path))
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false, // whoever reads it says what is wrong with it
  )
}
