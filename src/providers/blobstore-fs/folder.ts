import { constants } from 'node:fs'
import { lstat, mkdir, open, realpath, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BlobError, hasCode } from './blob-error.js'

/** Where uploads are until they are complete; no container has a name like it. */
export const uploadsName = '.washi-uploads'

/** An object's place. */
export interface ObjectId {
  readonly container: string
  readonly object: string
}

/**
 * The folder of a link. Containers are folders in it, objects files in these, in folders of their own where their names have
 * slashes. Nothing leads out: names are checked part by part, and no symbolic link is followed.
 */
export class Folder {
  /** Without symbolic links. */
  readonly root: string

  private constructor(root: string) {
    this.root = root
  }

  /** Creates the folder where it is missing. */
  static async open(path: string): Promise<Folder> {
    await mkdir(path, { recursive: true })
    return new Folder(await realpath(path))
  }

  /** The path of a container, which may not exist. Throws BlobError for a name that is none. */
  containerPath(name: string): string {
    requirePart(name, 'container')
    if (name.toLowerCase() === uploadsName) throw new BlobError(`"${name}" cannot be the name of a container`)
    return join(this.root, name)
  }

  /** The path of a container that exists. */
  async existingContainer(name: string): Promise<string> {
    const path = this.containerPath(name)
    const info = await lstat(path).catch((failure: unknown) => {
      if (hasCode(failure, 'ENOENT')) return undefined
      throw failure
    })
    if (!info?.isDirectory()) throw new BlobError(`there is no container "${name}"`)
    return path
  }

  /** The path of an object, which may not exist, in a container that does. */
  async objectPath({ container, object }: ObjectId): Promise<string> {
    const parts = object.split('/')
    for (const part of parts) requirePart(part, 'object', object)
    const path = join(await this.existingContainer(container), ...parts)
    await requirePlain(dirname(path))
    return path
  }

  /** Opens an object to be read; whoever does closes it. */
  async openObject(id: ObjectId): Promise<FileHandle> {
    const path = await this.objectPath(id)
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
      (failure: unknown) => {
        throw hasCode(failure, 'ENOENT', 'ENOTDIR') ? missing(id) : failure
      },
    )
    if ((await handle.stat()).isFile()) return handle
    await handle.close()
    throw missing(id)
  }
}

/** The error for an object that is not there. */
export function missing({ container, object }: ObjectId): BlobError {
  return new BlobError(`there is no object "${object}" in the container "${container}"`)
}

/** Parts of names are those of files: no way up, no separator of any system. */
function requirePart(part: string, what: string, whole = part): void {
  const isName = part !== '' && part !== '.' && part !== '..' && !/[/\\\0]/.test(part)
  if (!isName)
    throw new BlobError(`"${whole}" cannot be the name of ${what === 'object' ? 'an' : 'a'} ${what}`)
}

/** Throws where a symbolic link is on the way to the nearest folder that exists: its real path is another one then. */
async function requirePlain(path: string): Promise<void> {
  try {
    if ((await realpath(path)) !== path) throw new BlobError('a symbolic link is on its path')
  } catch (failure) {
    if (!hasCode(failure, 'ENOENT')) throw failure
    // Also a link that leads nowhere: mkdir would refuse it, and lstat knows it.
    const info = await lstat(path).catch(() => undefined)
    if (info) throw new BlobError('a symbolic link is on its path')
    await requirePlain(dirname(path))
  }
}
