import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../core/errors.js'

const ending = '.nk'

/** The names of the keys in a folder, sorted, without their ending; none where there is no folder. */
export async function listKeys(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder).catch((cause: unknown) => {
    if (isMissing(cause)) return []
    throw unreadable(folder, cause)
  })
  return files
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .sort()
}

/** The seed that is stored under that name, with or without `.nk`. Throws KEY_NOT_FOUND, which lists those there are. */
export async function readKey(folder: string, name: string): Promise<string> {
  const known = await listKeys(folder)
  const wanted = name.endsWith(ending) ? name.slice(0, -ending.length) : name
  // Of the list only: a name with slashes must not lead out of the folder.
  if (!known.includes(wanted)) {
    const list = known.length === 0 ? 'it holds none' : `it holds ${known.join(', ')}`
    throw new AppError('KEY_NOT_FOUND', `No key "${wanted}" in ${folder}: ${list}`, {
      hint: 'Run: washi keys list',
    })
  }
  try {
    return (await readFile(join(folder, `${wanted}${ending}`), 'utf8')).trim()
  } catch (cause) {
    throw unreadable(join(folder, `${wanted}${ending}`), cause)
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
}

function unreadable(path: string, cause: unknown): AppError {
  return new AppError('KEY_NOT_FOUND', `Cannot read ${path}`, { cause, hint: 'Check who may read it' })
}
