/**
 * `wasi:filesystem`: guests have no directories, hence no descriptors; the classes are there so that they link, and the
 * linker's stand-ins answer for methods that nothing can call.
 */
export function createFilesystem(): Readonly<Record<string, object>> {
  return {
    'wasi:filesystem/preopens': { getDirectories: () => [] },
    'wasi:filesystem/types': {
      Descriptor: class Descriptor {},
      DirectoryEntryStream: class DirectoryEntryStream {},
      filesystemErrorCode: () => undefined,
    },
  }
}
