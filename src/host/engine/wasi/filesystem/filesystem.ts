import { realpathSync } from 'node:fs'
import type { GuestHost } from '../guest-host.js'
import type { IoError } from '../io/io-error.js'
import type { OpenThings } from '../open-things.js'
import { Descriptor } from './descriptor.js'
import { Directory } from './directory.js'
import { DirectoryEntryStream } from './directory-entry-stream.js'
import type { FileErrorCode } from './error-code.js'
import { FileIoError } from './file-streams.js'

/** `wasi:filesystem`: the directories that the component was given, if any, and what is in them. */
export function createFilesystem(host: GuestHost, open: OpenThings): Readonly<Record<string, object>> {
  return {
    'wasi:filesystem/preopens': {
      getDirectories: () =>
        host.preopens.map(({ host: path, guest, readOnly }) => {
          const directory = new Directory(realpathSync(path))
          return [new Descriptor({ host, open }, { kind: 'directory', directory }, readOnly), guest]
        }),
    },
    'wasi:filesystem/types': {
      Descriptor,
      DirectoryEntryStream,
      filesystemErrorCode: (error: IoError): FileErrorCode | undefined =>
        error instanceof FileIoError ? error.fileErrorCode : undefined,
    },
  }
}
