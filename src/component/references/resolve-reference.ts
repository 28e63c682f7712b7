import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** A reference as a host can use it: files, given by path or relative file:// URL, become absolute URLs. */
export async function resolveReference(text: string, cwd: string): Promise<string> {
  if (/^file:\/\/\//.test(text)) return pathToFileURL(fileURLToPath(text)).href
  const path = resolve(cwd, text.replace(/^file:\/\//, ''))
  const isFile = text.startsWith('file://') || text.startsWith('/') || (await isThere(path))
  return isFile ? pathToFileURL(path).href : text
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isFile(),
    () => false, // then it is an image
  )
}
