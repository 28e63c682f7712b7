import { readFile } from 'node:fs/promises'
import { AppError } from '../core/errors.js'
import { describeComponent } from './describe-component.js'
import type { ComponentDescription } from './describe-component.js'

/** A component from a file. */
export interface ReadComponent extends ComponentDescription {
  readonly bytes: Uint8Array
}

/** Reads and describes the component in a file. Throws COMPONENT_UNREADABLE, or COMPONENT_INVALID with the file named. */
export async function readComponent(file: string): Promise<ReadComponent> {
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('COMPONENT_UNREADABLE', `Cannot read "${file}": ${reasonOf(cause)}`, {
      hint: 'washi build',
      cause,
    })
  })
  try {
    return { bytes, ...describeComponent(bytes) }
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause
    throw new AppError(cause.code, `${file}: ${cause.message}`, {
      hint: cause.hint,
      place: cause.place,
      cause,
    })
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'no such file'
  if (code === 'EISDIR') return 'it is a folder'
  return message
}
