import { closeSync, constants, existsSync, lstatSync, openSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fail, tryFiles } from './error-code.js'

/** Symbolic links that one path may lead through, as on Linux. */
const maxLinks = 40
const maxPathLength = 4096

/**
 * An open directory of this machine. On Linux its entries are reached through the descriptor (`/proc/self/fd`), so
 * that whatever is renamed meanwhile, an entry is one of this very directory; elsewhere by its path.
 */
export class Directory {
  readonly #descriptor: number
  readonly #path: string
  #isOpen = true

  constructor(path: string) {
    // The handle of the path is kept where there is no other way to it.
    this.#descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
    this.#path = hasDescriptorPaths() ? `/proc/self/fd/${this.#descriptor}` : path
  }

  get descriptor(): number {
    return this.#descriptor
  }

  /** A path to the directory itself. */
  get path(): string {
    return `${this.#path}/.`
  }

  /** A path to an entry; `name` is a single one, neither `.` nor `..`. */
  entry(name: string): string {
    return join(this.#path, name)
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    closeSync(this.#descriptor)
  }
}

/** Where a path leads: an entry of a directory, which may not exist; or the directory itself. */
export interface Place {
  readonly directory: Directory
  /** Undefined where the path leads to the directory itself. */
  readonly name: string | undefined
  /** The path ended with a slash: what is there has to be a directory. */
  readonly mustBeDirectory: boolean
}

/**
 * Follows a guest's path from `base` and hands the place to `use`, which must not keep it. Nothing leads out: neither
 * `..` nor a symbolic link, and absolute paths are refused. `follow` says whether a link at the end is followed.
 */
export function atPath<T>(
  base: Directory,
  options: { readonly path: string; readonly follow: boolean },
  use: (place: Place) => T,
): T {
  const walk = new Walk(base, options.follow)
  try {
    return tryFiles(() => use(walk.to(options.path)))
  } finally {
    walk.close()
  }
}

/** The way along one path: the directories from the base to where it is. */
class Walk {
  readonly #directories: [Directory, ...Directory[]]
  readonly #follow: boolean
  #links = 0

  constructor(base: Directory, follow: boolean) {
    this.#directories = [base]
    this.#follow = follow
  }

  to(path: string): Place {
    const rest = splitPath(path)
    const mustBeDirectory = path.endsWith('/')
    for (;;) {
      const name = rest.shift()
      if (name === undefined) return { directory: this.#here, name: undefined, mustBeDirectory }
      if (name === '..') this.#leave()
      else if (rest.length > 0) this.#enter(name, rest)
      else {
        const target = this.#follow || mustBeDirectory ? this.#linkTarget(name) : undefined
        if (target === undefined) return { directory: this.#here, name, mustBeDirectory }
        rest.push(...target)
      }
    }
  }

  /** Closes what it has opened; the base is not its own. */
  close(): void {
    for (const directory of this.#directories.slice(1)) directory.close()
  }

  get #here(): Directory {
    return this.#directories.at(-1) ?? this.#directories[0]
  }

  #leave(): void {
    if (this.#directories.length === 1) fail('not-permitted')
    this.#directories.pop()?.close()
  }

  #enter(name: string, rest: string[]): void {
    const target = this.#linkTarget(name)
    if (target !== undefined) rest.unshift(...target)
    else this.#directories.push(new Directory(this.#here.entry(name)))
  }

  /** Where a symbolic link leads; undefined where there is none of that name. */
  #linkTarget(name: string): string[] | undefined {
    const path = this.#here.entry(name)
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return undefined
    if (++this.#links > maxLinks) fail('loop')
    return splitPath(readlinkSync(path))
  }
}

/** The names of a path, without those that lead nowhere. */
function splitPath(path: string): string[] {
  if (path === '') fail('no-entry')
  if (path.startsWith('/')) fail('not-permitted')
  if (path.length > maxPathLength) fail('name-too-long')
  if (path.includes('\0')) fail('invalid')
  return path.split('/').filter((name) => name !== '' && name !== '.')
}

function hasDescriptorPaths(): boolean {
  return process.platform === 'linux' && existsSync('/proc/self/fd')
}
