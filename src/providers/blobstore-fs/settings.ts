import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { readConfig } from '../support/config-keys.js'

/** The folder that a link's `ROOT` (in any case) names. Default: one of the source's own among temporary files. Throws LINK_CONFIG_INVALID. */
export function parseRoot(config: Readonly<Record<string, string>>, sourceId: string): string {
  const values = readConfig(config, {
    ...{ provider: 'blobstore-fs', owner: `the link from "${sourceId}"`, keys: ['ROOT'], ignoresCase: true },
  })
  const root = values.text('ROOT') ?? join(tmpdir(), sourceId)
  if (isAbsolute(root) && !root.includes('\0')) return root
  throw values.invalid(`ROOT is "${root}", not an absolute path`)
}
