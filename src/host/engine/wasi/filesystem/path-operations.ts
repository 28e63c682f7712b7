import {
  closeSync,
  constants,
  fstatSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  type BigIntStats,
} from 'node:fs'
import { atPath, Directory, type Place } from './directory.js'
import { fail } from './error-code.js'
import { toSeconds, type NewTimestamp } from './file-status.js'
import type { DescriptorFlags, Opened } from './opened.js'

/** `wasi:filesystem/types.path-flags`. */
export interface PathFlags {
  readonly symlinkFollow?: boolean
}

/** `wasi:filesystem/types.open-flags`. */
export interface OpenFlags {
  readonly create?: boolean
  readonly directory?: boolean
  readonly exclusive?: boolean
  readonly truncate?: boolean
}

/** How a path is opened. */
export interface OpenOptions {
  readonly follow: boolean
  readonly openFlags: OpenFlags
  readonly flags: DescriptorFlags
}

/** From one path to another. */
export interface Transfer {
  readonly from: Directory
  readonly path: string
  readonly to: Directory
  readonly targetPath: string
}

/** Opens what is at a path, or makes a file there. Only files and directories are opened. */
export function open(base: Directory, path: string, options: OpenOptions): Opened {
  const { follow, openFlags } = options
  const isExclusive = openFlags.create === true && openFlags.exclusive === true
  if (openFlags.directory === true && (openFlags.create === true || openFlags.truncate === true))
    fail('invalid')
  return atPath(base, { path, follow: follow && !isExclusive }, (place) => openPlace(place, options))
}

export function createDirectory(base: Directory, path: string): void {
  atPath(base, { path, follow: false }, (place) => mkdirSync(entryOf(place, 'exist')))
}

export function readStatus(base: Directory, path: string, follow: boolean): BigIntStats {
  return atPath(base, { path, follow }, (place) => statusOf(place) ?? fail('no-entry'))
}

export function setTimes(
  base: Directory,
  options: {
    readonly path: string
    readonly follow: boolean
    readonly access: NewTimestamp
    readonly modification: NewTimestamp
  },
): void {
  atPath(base, options, (place) => {
    const { atimeNs, mtimeNs } = statusOf(place) ?? fail('no-entry')
    const times = [toSeconds(options.access, atimeNs), toSeconds(options.modification, mtimeNs)] as const
    lutimesSync(pathOf(place), ...times)
  })
}

export function readLink(base: Directory, path: string): string {
  return atPath(base, { path, follow: false }, (place) => {
    const target = readlinkSync(entryOf(place, 'invalid'))
    // Where an absolute link leads is nothing for a guest to know.
    return target.startsWith('/') ? fail('not-permitted') : target
  })
}

export function removeDirectory(base: Directory, path: string): void {
  atPath(base, { path, follow: false }, (place) => rmdirSync(entryOf(place, 'invalid')))
}

export function unlink(base: Directory, path: string): void {
  atPath(base, { path, follow: false }, (place) => {
    if (statusOf(place)?.isDirectory() === true) fail('is-directory')
    if (place.mustBeDirectory) fail('not-directory')
    unlinkSync(entryOf(place, 'is-directory'))
  })
}

/** Makes a symbolic link; it may lead nowhere, but it does not begin at the root of this machine. */
export function createSymbolicLink(base: Directory, target: string, path: string): void {
  if (target.startsWith('/')) fail('not-permitted')
  if (target === '' || target.includes('\0')) fail('invalid')
  atPath(base, { path, follow: false }, (place) => symlinkSync(target, entryOf(place, 'exist')))
}

export function rename({ from, path, to, targetPath }: Transfer): void {
  atPath(from, { path, follow: false }, (source) =>
    atPath(to, { path: targetPath, follow: false }, (target) =>
      renameSync(entryOf(source, 'busy'), entryOf(target, 'busy')),
    ),
  )
}

export function link({ from, path, to, targetPath }: Transfer): void {
  atPath(from, { path, follow: false }, (source) =>
    atPath(to, { path: targetPath, follow: false }, (target) =>
      linkSync(entryOf(source, 'not-permitted'), entryOf(target, 'exist')),
    ),
  )
}

function openPlace(place: Place, { openFlags, flags }: OpenOptions): Opened {
  const status = statusOf(place)
  const isExclusive = openFlags.create === true && openFlags.exclusive === true
  if (status !== undefined && isExclusive) fail('exist')
  if (status === undefined && openFlags.create !== true) fail('no-entry')
  if (status?.isDirectory() === true) {
    if (flags.write === true || openFlags.truncate === true || openFlags.create === true) fail('is-directory')
    return { kind: 'directory', directory: new Directory(pathOf(place)) }
  }
  if (openFlags.directory === true || place.mustBeDirectory) fail('not-directory')
  if (status?.isSymbolicLink() === true) fail('loop')
  // Opening a pipe would wait for its other end, and a device is no file.
  if (status !== undefined && !status.isFile()) fail('unsupported')
  const descriptor = openSync(pathOf(place), systemFlags(openFlags, flags), 0o666)
  if (!fstatSync(descriptor).isFile()) {
    closeSync(descriptor)
    fail('unsupported')
  }
  return { kind: 'file', descriptor, flags: { ...flags, read: flags.read === true || flags.write !== true } }
}

function systemFlags(openFlags: OpenFlags, flags: DescriptorFlags): number {
  const access =
    flags.write === true ? (flags.read === true ? constants.O_RDWR : constants.O_WRONLY) : constants.O_RDONLY
  return (
    access |
    constants.O_NOFOLLOW |
    constants.O_NONBLOCK |
    (openFlags.create === true ? constants.O_CREAT : 0) |
    (openFlags.exclusive === true ? constants.O_EXCL : 0) |
    (openFlags.truncate === true ? constants.O_TRUNC : 0) |
    (flags.fileIntegritySync === true ? constants.O_SYNC : 0) |
    (flags.dataIntegritySync === true ? constants.O_DSYNC : 0)
  )
}

function statusOf(place: Place): BigIntStats | undefined {
  return lstatSync(pathOf(place), { bigint: true, throwIfNoEntry: false })
}

function pathOf({ directory, name }: Place): string {
  return name === undefined ? directory.path : directory.entry(name)
}

/** The path of an entry that is changed; `otherwise` is the error where the path leads to the directory itself. */
function entryOf({ directory, name }: Place, otherwise: Parameters<typeof fail>[0]): string {
  return name === undefined ? fail(otherwise) : directory.entry(name)
}
