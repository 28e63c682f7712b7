import { stat } from 'node:fs/promises'
import { readManifest } from '../apps/deploy/prepare-manifest.js'

/** The name of an application, given that or the manifest that holds it. */
export async function applicationName(argument: string): Promise<string> {
  const isFile = await stat(argument).then(
    (found) => found.isFile(),
    () => false, // then it is a name
  )
  if (!isFile) return argument
  return (await readManifest({ kind: 'file', path: argument })).manifest.metadata.name
}
