import { lstat, mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { hasCode } from './blob-error.js'
import type { Folder, ObjectId } from './folder.js'

/** Creates a container; one that exists stays as it is. */
export async function createContainer(folder: Folder, name: string): Promise<void> {
  const path = folder.containerPath(name)
  await mkdir(path).catch((failure: unknown) => {
    if (!hasCode(failure, 'EEXIST')) throw failure
  })
  await folder.existingContainer(name)
}

/** Whether there is a container of that name. */
export async function containerExists(folder: Folder, name: string): Promise<boolean> {
  const info = await lstat(folder.containerPath(name)).catch(() => undefined)
  return info?.isDirectory() ?? false
}

/** Deletes a container with all that it holds. */
export async function deleteContainer(folder: Folder, name: string): Promise<void> {
  await rm(await folder.existingContainer(name), { recursive: true })
}

/** Deletes all that a container holds. */
export async function clearContainer(folder: Folder, name: string): Promise<void> {
  const path = await folder.existingContainer(name)
  for (const entry of await readdir(path)) await rm(join(path, entry), { recursive: true, force: true })
}

/** When it was created, in seconds since 1970. */
export async function containerCreatedAt(folder: Folder, name: string): Promise<bigint> {
  const { birthtimeMs } = await stat(await folder.existingContainer(name))
  return toSeconds(birthtimeMs)
}

/** The names of all objects of a container, sorted. */
export async function listObjects(folder: Folder, name: string): Promise<readonly string[]> {
  const names: string[] = []
  await collect(await folder.existingContainer(name), '', names)
  return names.sort()
}

/** Deletes an object, where there is one, and the folders that its name alone had needed. */
export async function deleteObject(folder: Folder, id: ObjectId): Promise<void> {
  const path = await folder.objectPath(id)
  await rm(path, { force: true }).catch((failure: unknown) => {
    if (!hasCode(failure, 'ENOTDIR')) throw failure
  })
  await removeEmpty(dirname(path), folder.containerPath(id.container))
}

/** Seconds since 1970. */
export function toSeconds(ms: number): bigint {
  return BigInt(Math.max(0, Math.floor(ms / 1000)))
}

async function collect(path: string, prefix: string, names: string[]): Promise<void> {
  // Symbolic links and the like are no objects.
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isFile()) names.push(`${prefix}${entry.name}`)
    else if (entry.isDirectory()) await collect(join(path, entry.name), `${prefix}${entry.name}/`, names)
  }
}

async function removeEmpty(path: string, container: string): Promise<void> {
  if (path === container || !path.startsWith(container)) return
  try {
    await rmdir(path)
  } catch {
    return // others are in it, or it is gone
  }
  await removeEmpty(dirname(path), container)
}
