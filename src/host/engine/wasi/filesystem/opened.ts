import type { Directory } from './directory.js'

/** `wasi:filesystem/types.descriptor-flags`. */
export interface DescriptorFlags {
  readonly read?: boolean
  readonly write?: boolean
  readonly fileIntegritySync?: boolean
  readonly dataIntegritySync?: boolean
  readonly requestedWriteSync?: boolean
  readonly mutateDirectory?: boolean
}

/** What an open descriptor stands for. */
export type Opened =
  | { readonly kind: 'directory'; readonly directory: Directory }
  | { readonly kind: 'file'; readonly descriptor: number; readonly flags: DescriptorFlags }
