import type { Dirent } from 'node:fs'
import { descriptorTypeOf, type DescriptorType } from './file-status.js'

/** `wasi:filesystem/types.directory-entry`. */
export interface DirectoryEntry {
  readonly type: DescriptorType
  readonly name: string
}

/** `wasi:filesystem/types.directory-entry-stream`: the entries as they were when it was opened. */
export class DirectoryEntryStream {
  readonly #entries: readonly Dirent[]
  #next = 0

  constructor(entries: readonly Dirent[]) {
    this.#entries = entries
  }

  readDirectoryEntry(): DirectoryEntry | undefined {
    const entry = this.#entries[this.#next++]
    return entry && { type: descriptorTypeOf(entry), name: entry.name }
  }
}
