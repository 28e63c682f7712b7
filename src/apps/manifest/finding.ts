import type { SourcePath } from './source-tree.js'

/** Something that validation has to say about a manifest. Only errors make it invalid. */
export interface Finding {
  readonly level: 'error' | 'warning'
  /** The text of wadm 0.21, word for word. */
  readonly message: string
  /** The part of the manifest that it is about. */
  readonly path: SourcePath
}

/** An error. */
export function errorAt(path: SourcePath, message: string): Finding {
  return { level: 'error', message, path }
}

/** A warning. */
export function warningAt(path: SourcePath, message: string): Finding {
  return { level: 'warning', message, path }
}
