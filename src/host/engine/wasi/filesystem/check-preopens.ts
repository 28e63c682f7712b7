import { stat } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { AppError } from '../../../../core/errors.js'
import type { Preopen } from '../../guest-pool.js'

/** Throws AppError COMPONENT_START_FAILED where a directory that a component shall have is none. */
export async function checkPreopens(componentId: string, preopens: readonly Preopen[]): Promise<void> {
  for (const { host } of preopens) {
    const reason = await whyNoDirectory(host)
    if (reason === undefined) continue
    throw new AppError(
      'COMPONENT_START_FAILED',
      `Cannot start component "${componentId}": its directory "${host}" ${reason}`,
      { hint: `Create the directory, or configure another one` },
    )
  }
}

async function whyNoDirectory(path: string): Promise<string | undefined> {
  if (!isAbsolute(path)) return 'is not an absolute path'
  try {
    return (await stat(path)).isDirectory() ? undefined : 'is not a directory'
  } catch {
    // Whatever the reason, it is of no use as a directory.
    return 'does not exist'
  }
}
