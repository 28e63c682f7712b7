import { basename, isAbsolute, relative, resolve } from 'node:path'

/** A name for what a .wasm file holds: its own, as far as names may hold it. */
export function nameOfFile(file: string): string {
  return basename(file)
    .replace(/\.wasm$/, '')
    .replace(/_s$/, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '')
}

/** The reference of a file: relative where it lies below the folder in which the manifest is going to be. */
export function imageOfFile(file: string, folder: string): string {
  const path = relative(folder, resolve(folder, file))
  if (path.startsWith('..') || isAbsolute(path)) return `file://${resolve(folder, file)}`
  return `file://./${path.split('\\').join('/')}`
}
