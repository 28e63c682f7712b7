import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AppError, messageOf } from '../../../core/errors.js'

export const jcoPackage = '@bytecodealliance/jco-transpile'

/** What is used of jco-transpile; the same in all versions so far (0.1 to 0.15). */
export interface Jco {
  transpileBytes(
    bytes: Uint8Array,
    options: {
      readonly name: string
      readonly instantiation: 'sync'
      readonly emitTypescriptDeclarations: boolean
    },
  ): Promise<{ readonly files: Readonly<Record<string, Uint8Array>> }>
}

/**
 * Imports jco-transpile as installed in `folder` or above it. Throws ENGINE_NOT_INSTALLED with the
 * command that installs it.
 */
export async function loadJco(folder: string): Promise<Jco> {
  const file = resolveFrom(join(folder, 'washi.js'))
  if (file === undefined) throw notInstalled(`Cannot find the package "${jcoPackage}" from "${folder}"`)
  let found: Partial<Jco>
  try {
    found = (await import(pathToFileURL(file).href)) as Partial<Jco> // checked below
  } catch (cause) {
    throw notInstalled(`Cannot import "${file}": ${messageOf(cause)}`, cause)
  }
  if (typeof found.transpileBytes !== 'function')
    throw notInstalled(`"${file}" has no function transpileBytes`)
  return found as Jco
}

function resolveFrom(place: string): string | undefined {
  try {
    return createRequire(place).resolve(jcoPackage)
  } catch {
    return undefined // told by the caller, with what to do about it
  }
}

function notInstalled(message: string, cause?: unknown): AppError {
  return new AppError('ENGINE_NOT_INSTALLED', message, { hint: `npm install ${jcoPackage}`, cause })
}
