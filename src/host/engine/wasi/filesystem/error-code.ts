/** `wasi:filesystem/types.error-code`, as far as this host gives it. */
export type FileErrorCode =
  | 'access'
  | 'bad-descriptor'
  | 'busy'
  | 'cross-device'
  | 'exist'
  | 'file-too-large'
  | 'insufficient-memory'
  | 'insufficient-space'
  | 'interrupted'
  | 'invalid'
  | 'io'
  | 'is-directory'
  | 'loop'
  | 'name-too-long'
  | 'no-device'
  | 'no-entry'
  | 'not-directory'
  | 'not-empty'
  | 'not-permitted'
  | 'quota'
  | 'read-only'
  | 'text-file-busy'
  | 'too-many-links'
  | 'unsupported'
  | 'would-block'

const bySystemCode: Readonly<Record<string, FileErrorCode>> = {
  EACCES: 'access',
  EAGAIN: 'would-block',
  EBADF: 'bad-descriptor',
  EBUSY: 'busy',
  EDQUOT: 'quota',
  EEXIST: 'exist',
  EFBIG: 'file-too-large',
  EINTR: 'interrupted',
  EINVAL: 'invalid',
  EISDIR: 'is-directory',
  ELOOP: 'loop',
  EMFILE: 'insufficient-memory',
  EMLINK: 'too-many-links',
  ENAMETOOLONG: 'name-too-long',
  ENFILE: 'insufficient-memory',
  ENODEV: 'no-device',
  ENOENT: 'no-entry',
  ENOMEM: 'insufficient-memory',
  ENOSPC: 'insufficient-space',
  ENOSYS: 'unsupported',
  ENOTDIR: 'not-directory',
  ENOTEMPTY: 'not-empty',
  ENOTSUP: 'unsupported',
  ENXIO: 'no-device',
  EPERM: 'not-permitted',
  EROFS: 'read-only',
  ETXTBSY: 'text-file-busy',
  EXDEV: 'cross-device',
}

/** Tells the guest that an operation failed. */
export function fail(code: FileErrorCode): never {
  throw code
}

/** The code of what a function of node:fs threw; whatever it says of the machine's paths stays here. */
export function toFileErrorCode(thrown: unknown): FileErrorCode {
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined
  return (typeof code === 'string' ? bySystemCode[code] : undefined) ?? 'io'
}

/** Does something with files; what goes wrong reaches the guest as an error code. */
export function tryFiles<T>(action: () => T): T {
  try {
    return action()
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown
    throw toFileErrorCode(thrown)
  }
}
