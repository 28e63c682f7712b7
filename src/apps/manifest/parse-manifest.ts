import type { SourcePlace } from '../../core/errors.js'
import { decodeManifest } from './decode-manifest.js'
import { ManifestFault } from './manifest-fault.js'
import type { Manifest } from './manifest.js'
import { parseSourceTree, placeOf } from './source-tree.js'
import type { SourceNode, SourcePath } from './source-tree.js'
import { substituteVariables } from './substitute-variables.js'
import type { Variables } from './substitute-variables.js'

/** A manifest and where each part of it is written. */
export interface ParsedManifest {
  readonly manifest: Manifest
  readonly file: string
  /** The document as written, for checks on old spellings. */
  readonly source: SourceNode
  /** Where the value at `path` stands, or the nearest one above it. */
  placeOf(path: SourcePath): SourcePlace
}

/** Options of parseManifest(). */
export interface ParseManifestOptions {
  /** What `${NAME}` in its scalars means; absent: nothing is substituted. */
  readonly variables?: Variables | undefined
}

/**
 * Parses a manifest, YAML or JSON. Throws AppError MANIFEST_INVALID with file, line and column for text that is no
 * YAML and for YAML that is no manifest. Whether the manifest makes sense is for validateManifest() to say.
 */
export function parseManifest(
  text: string,
  file: string,
  { variables }: ParseManifestOptions = {},
): ParsedManifest {
  try {
    const written = parseSourceTree(text)
    const source = variables === undefined ? written : substituteVariables(written, variables)
    return {
      manifest: decodeManifest(source),
      file,
      source,
      placeOf: (path) => ({ file, ...placeOf(source, path) }),
    }
  } catch (thrown) {
    throw thrown instanceof ManifestFault ? thrown.toAppError(file) : thrown
  }
}
