import type { World } from '../wit/model.js'
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

/** A name for a component of that world, which a .wasm file holds, or WIT text describes. */
export function nameOfWorld(file: string, world: World): string {
  return world.name === undefined ? nameOfFile(file) : shortNameOf(world.name)
}

/** The reference of the component: its file, or for WIT text where a build puts it. */
export function imageOfWorld(
  file: string,
  { world, folder }: { readonly world: World; readonly folder: string },
): string {
  return world.name === undefined
    ? imageOfFile(file, folder)
    : `file://./build/${shortNameOf(world.name)}.wasm`
}

function shortNameOf(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf('/') + 1).replace(/@.*$/, '')
}
