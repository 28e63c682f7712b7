import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, messageOf } from '../../core/errors.js'
import type { WitFiles } from './packages.js'
import { parseDocument } from './parse-document.js'
import { witError } from './source.js'
import type { WitDocument } from './syntax.js'
import { type ResolveWitOptions, resolveWit, type WitLibrary } from './wit-library.js'

/** Texts of WIT are at most this long. */
const maxBytes = 10 * 1024 * 1024

/**
 * Reads and resolves a file of WIT, or a folder of them with what they depend on in its folder `deps`. Throws
 * WIT_NOT_FOUND for what cannot be read, and WIT_INVALID with file, line and column.
 */
export async function readWit(path: string, options: ResolveWitOptions = {}): Promise<WitLibrary> {
  return resolveWit(await readWitFiles(path), options)
}

/** Reads and parses a file or folder of WIT. Throws WIT_NOT_FOUND and WIT_INVALID. */
export async function readWitFiles(path: string): Promise<WitFiles> {
  if (!(await isFolder(path))) return { root: [await readDocument(path)], dependencies: [] }
  const root = await readFolder(path)
  if (root.length === 0) {
    throw new AppError('WIT_NOT_FOUND', `Cannot read WIT from "${path}": no file in it ends with .wit`, {
      hint: 'Name the folder that holds the .wit files',
    })
  }
  const deps = join(path, 'deps')
  const entries = await listFolder(deps)
  const dependencies = await Promise.all(
    entries.map(async (entry) => {
      const below = join(deps, entry)
      if (await isFolder(below)) return await readFolder(below)
      return entry.endsWith('.wit') ? [await readDocument(below)] : []
    }),
  )
  return { root, dependencies }
}

async function readFolder(folder: string): Promise<WitDocument[]> {
  const names = (await listFolder(folder)).filter((name) => name.endsWith('.wit'))
  return await Promise.all(names.map((name) => readDocument(join(folder, name))))
}

async function readDocument(file: string): Promise<WitDocument> {
  const bytes = await readFile(file).catch((thrown: unknown) => {
    throw unreadable(file, thrown)
  })
  if (bytes.length > maxBytes) throw unreadable(file, new Error(`it is larger than ${maxBytes} bytes`))
  try {
    return parseDocument({ file, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) })
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown
    throw witError({ file, text: '' }, 0, 'the file is not UTF-8', 'Save it as UTF-8')
  }
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (thrown) {
    if (isMissing(thrown)) return [] // a folder without dependencies
    throw unreadable(folder, thrown)
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (thrown) {
    throw unreadable(path, thrown)
  }
}

function isMissing(thrown: unknown): boolean {
  return (thrown as NodeJS.ErrnoException).code === 'ENOENT'
}

function unreadable(path: string, thrown: unknown): AppError {
  const why = isMissing(thrown) ? 'no such file or folder' : messageOf(thrown)
  return new AppError('WIT_NOT_FOUND', `Cannot read WIT from "${path}": ${why}`, {
    hint: 'Check the path',
    cause: thrown,
  })
}
