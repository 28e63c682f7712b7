import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError, messageOf } from '../../core/errors.js'
import { contextSchema, newContext, type Context } from './context.js'

/** The context that is used where nobody has chosen one; wash calls it so too. */
export const initialContext = 'host_config'

/** Where contexts are read from, the first folder before the others; changes go to the first. */
export type ContextFolders = readonly [own: string, ...others: string[]]

/** What there is. */
export interface ContextList {
  readonly contexts: readonly string[]
  readonly default: string
}

/** The contexts of all folders, sorted, and which one is the default. */
export async function listContexts(folders: ContextFolders): Promise<ContextList> {
  const names = new Set<string>([initialContext])
  for (const folder of folders) {
    for (const file of await filesOf(folder)) if (file.endsWith('.json')) names.add(file.slice(0, -5))
  }
  return { contexts: [...names].sort(), default: (await chosenDefault(folders)) ?? initialContext }
}

/** The name in the first `default` file; undefined where nobody has chosen. */
export async function chosenDefault(folders: ContextFolders): Promise<string | undefined> {
  for (const folder of folders) {
    const name = (await readText(join(folder, 'default')))?.trim()
    if (name) return name
  }
  return undefined
}

/** The context of that name. Throws CONTEXT_NOT_FOUND, which lists those there are, or CONTEXT_INVALID with the field. */
export async function readContext(folders: ContextFolders, name: string): Promise<Context> {
  const file = await findContextFile(folders, name)
  if (file === undefined) {
    if (name === initialContext) return contextSchema.parse(newContext(name))
    throw await notFound(folders, name)
  }
  return parseContext(file, (await readText(file)) ?? '')
}

/** The file of a context; undefined where there is none. */
export async function findContextFile(folders: ContextFolders, name: string): Promise<string | undefined> {
  const file = `${fileName(name)}.json`
  for (const folder of folders) if ((await filesOf(folder)).includes(file)) return join(folder, file)
  return undefined
}

/** Writes a new context with default values, readable by its owner only, and returns its file. Throws CONTEXT_EXISTS. */
export async function createContext(
  folders: ContextFolders,
  name: string,
  values: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const [own] = folders
  const file = join(own, `${fileName(name)}.json`)
  await mkdir(own, { recursive: true, mode: 0o700 })
  try {
    // It may come to hold a seed.
    const content = `${JSON.stringify({ ...newContext(name), ...values }, undefined, 2)}\n`
    await writeFile(file, content, { flag: 'wx', mode: 0o600 })
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause
    const hint = `Change it: washi ctx edit ${name}`
    throw new AppError('CONTEXT_EXISTS', `There is a context "${name}" already: ${file}`, { hint })
  }
  return file
}

/** Makes a context the default. Throws CONTEXT_NOT_FOUND. */
export async function chooseContext(folders: ContextFolders, name: string): Promise<void> {
  const isThere = name === initialContext || (await findContextFile(folders, name)) !== undefined
  if (!isThere) throw await notFound(folders, name)
  const [own] = folders
  await mkdir(own, { recursive: true, mode: 0o700 })
  await writeFile(join(own, 'default'), name)
}

/** Deletes a context of the own folder; the default goes back to the initial one where it was this. Throws CONTEXT_NOT_FOUND. */
export async function deleteContext(folders: ContextFolders, name: string): Promise<void> {
  const [own] = folders
  const file = `${fileName(name)}.json`
  if (!(await filesOf(own)).includes(file)) throw await notFound(folders, name)
  await rm(join(own, file))
  if ((await chosenDefault(folders)) === name) await chooseContext(folders, initialContext)
}

function parseContext(file: string, text: string): Context {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw invalid(file, messageOf(cause))
  }
  const parsed = contextSchema.safeParse(value)
  if (!parsed.success) throw invalid(file, z.prettifyError(parsed.error))
  return parsed.data
}

function invalid(file: string, why: string): AppError {
  return new AppError('CONTEXT_INVALID', `Cannot read the context ${file}: ${why}`, { place: { file } })
}

async function notFound(folders: ContextFolders, name: string): Promise<AppError> {
  const { contexts } = await listContexts(folders)
  const message = `No context "${name}" in ${folders[0]}: there is ${contexts.join(', ')}`
  return new AppError('CONTEXT_NOT_FOUND', message, { hint: `washi ctx new ${name}` })
}

/** A name with slashes, or one that means a folder, must not lead out of the contexts. */
function fileName(name: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9_. -]*$/.test(name) && name !== 'default') return name
  const hint = 'Use letters, digits, "_", "-", "." and blanks'
  throw new AppError('USAGE_INVALID', `Not a context name: "${name}"`, { hint })
}

async function filesOf(folder: string): Promise<readonly string[]> {
  return await readdir(folder).catch(() => [])
}

async function readText(file: string): Promise<string | undefined> {
  return await readFile(file, 'utf8').catch(() => undefined)
}
