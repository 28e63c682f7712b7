/** A failure in words that a component may read: they name no folder of the host. */
export class BlobError extends Error {
  override readonly name = 'BlobError'
}

/** What was thrown, as such words. */
export function toBlobError(thrown: unknown): BlobError {
  if (thrown instanceof BlobError) return thrown
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : undefined
  const known = code === undefined ? undefined : texts[code]
  // Messages of the file system hold paths.
  if (known !== undefined || code !== undefined)
    return new BlobError(known ?? `the file system refuses it: ${code}`)
  return new BlobError(thrown instanceof Error ? thrown.message : String(thrown))
}

/** The code of a system error. */
export function hasCode(thrown: unknown, ...codes: readonly string[]): boolean {
  return thrown instanceof Error && 'code' in thrown && codes.includes(String(thrown.code))
}

const texts: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of its name is an object',
  EISDIR: 'its name is the beginning of the names of other objects',
  ENOTEMPTY: 'its name is the beginning of the names of other objects',
  EEXIST: 'a part of its name is an object',
  ELOOP: 'a symbolic link is on its path',
  ENOSPC: 'no space is left',
  EACCES: 'access is denied',
  EPERM: 'access is denied',
  ENAMETOOLONG: 'its name is too long',
}
