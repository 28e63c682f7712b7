import { messageOf } from './errors.js'

/** Why a file cannot be read, in words, from what the file system threw. */
export function fileReason(thrown: unknown): string {
  switch ((thrown as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return 'no such file'
    case 'ENOTDIR':
      return 'a part of its path is not a directory'
    case 'EACCES':
    case 'EPERM':
      return 'permission denied'
    default:
      return messageOf(thrown)
  }
}
