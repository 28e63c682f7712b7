import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, messageOf } from '../core/errors.js'

/** Writes a file into a folder, which is made where it is missing; returns its path. Throws USAGE_INVALID. */
export async function writeNewFile(folder: string, name: string, text: string): Promise<string> {
  const path = join(folder, name)
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(path, text)
    return path
  } catch (cause) {
    throw new AppError('USAGE_INVALID', `Cannot write ${path}: ${messageOf(cause)}`, { cause })
  }
}
