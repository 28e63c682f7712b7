import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  readdirSync,
  readSync,
  writeSync,
  type BigIntStats,
} from 'node:fs'
import type { GuestHost } from '../guest-host.js'
import type { InputStream } from '../io/input-stream.js'
import type { OutputStream } from '../io/output-stream.js'
import type { OpenThings } from '../open-things.js'
import type { Directory } from './directory.js'
import { DirectoryEntryStream } from './directory-entry-stream.js'
import { fail, tryFiles } from './error-code.js'
import {
  descriptorTypeOf,
  metadataHashOf,
  toDescriptorStat,
  toSeconds,
  type DescriptorStat,
  type DescriptorType,
  type MetadataHash,
  type NewTimestamp,
} from './file-status.js'
import { FileInputStream, FileOutputStream, type OpenFile } from './file-streams.js'
import type { DescriptorFlags, Opened } from './opened.js'
import * as paths from './path-operations.js'

/** Most bytes of one read. */
const maxRead = 1024 * 1024

/** What the descriptors of one instance share. */
export interface FilesystemContext {
  readonly host: GuestHost
  readonly open: OpenThings
}

/** `wasi:filesystem/types.descriptor`: an open file, or a directory and what is reached from it. */
export class Descriptor implements OpenFile {
  readonly #context: FilesystemContext
  readonly #opened: Opened
  /** Whether anything may be changed through it. */
  readonly #isReadOnly: boolean
  #isOpen = true

  constructor(context: FilesystemContext, opened: Opened, isReadOnly: boolean) {
    this.#context = context
    this.#opened = opened
    this.#isReadOnly = isReadOnly
    context.open.add(this)
  }

  get descriptor(): number {
    if (!this.#isOpen) fail('bad-descriptor')
    return this.#opened.kind === 'file' ? this.#opened.descriptor : this.#opened.directory.descriptor
  }

  readViaStream(offset: bigint): InputStream {
    return new FileInputStream(this.#context.host, this.#file(), Number(offset))
  }

  writeViaStream(offset: bigint): OutputStream {
    return new FileOutputStream(this.#context.host, this.#writableFile(), Number(offset))
  }

  appendViaStream(): OutputStream {
    return new FileOutputStream(this.#context.host, this.#writableFile(), 'end')
  }

  /** A hint that this host has no use for. */
  advise(): void {
    this.#file()
  }

  syncData(): void {
    tryFiles(() => fdatasyncSync(this.descriptor))
  }

  sync(): void {
    tryFiles(() => fsyncSync(this.descriptor))
  }

  getFlags(): DescriptorFlags {
    if (this.#opened.kind === 'file') return this.#opened.flags
    return { read: true, mutateDirectory: !this.#isReadOnly }
  }

  getType(): DescriptorType {
    return descriptorTypeOf(this.#status())
  }

  setSize(size: bigint): void {
    tryFiles(() => ftruncateSync(this.#writableFile().descriptor, Number(size)))
  }

  setTimes(access: NewTimestamp, modification: NewTimestamp): void {
    if (this.#isReadOnly) fail('read-only')
    const { atimeNs, mtimeNs } = this.#status()
    tryFiles(() => futimesSync(this.descriptor, toSeconds(access, atimeNs), toSeconds(modification, mtimeNs)))
  }

  read(length: bigint, offset: bigint): [Uint8Array, boolean] {
    const size = length > maxRead ? maxRead : Number(length)
    const bytes = new Uint8Array(size)
    const count = tryFiles(() => readSync(this.#file().descriptor, bytes, 0, size, Number(offset)))
    return [bytes.subarray(0, count), count === 0 && size > 0]
  }

  write(bytes: Uint8Array, offset: bigint): bigint {
    return BigInt(
      tryFiles(() => writeSync(this.#writableFile().descriptor, bytes, 0, bytes.length, Number(offset))),
    )
  }

  readDirectory(): DirectoryEntryStream {
    return new DirectoryEntryStream(
      tryFiles(() => readdirSync(this.#directory().path, { withFileTypes: true })),
    )
  }

  stat(): DescriptorStat {
    return toDescriptorStat(this.#status())
  }

  isSameObject(other: Descriptor): boolean {
    const [one, another] = [this.#status(), other.#status()]
    return one.dev === another.dev && one.ino === another.ino
  }

  metadataHash(): MetadataHash {
    return metadataHashOf(this.#status())
  }

  createDirectoryAt(path: string): void {
    paths.createDirectory(this.#changeable(), path)
  }

  statAt({ symlinkFollow = false }: paths.PathFlags, path: string): DescriptorStat {
    return toDescriptorStat(paths.readStatus(this.#directory(), path, symlinkFollow))
  }

  metadataHashAt({ symlinkFollow = false }: paths.PathFlags, path: string): MetadataHash {
    return metadataHashOf(paths.readStatus(this.#directory(), path, symlinkFollow))
  }

  setTimesAt(
    { symlinkFollow = false }: paths.PathFlags,
    path: string,
    access: NewTimestamp,
    modification: NewTimestamp,
  ): void {
    paths.setTimes(this.#changeable(), { path, follow: symlinkFollow, access, modification })
  }

  linkAt(flags: paths.PathFlags, path: string, target: Descriptor, targetPath: string): void {
    if (flags.symlinkFollow === true) fail('invalid')
    paths.link({ from: this.#changeable(), path, to: target.#changeable(), targetPath })
  }

  openAt(
    { symlinkFollow = false }: paths.PathFlags,
    path: string,
    openFlags: paths.OpenFlags,
    flags: DescriptorFlags,
  ): Descriptor {
    const changes = [openFlags.create, openFlags.truncate, flags.write, flags.mutateDirectory].includes(true)
    if (changes && this.#isReadOnly) fail('read-only')
    const opened = paths.open(this.#directory(), path, { follow: symlinkFollow, openFlags, flags })
    return new Descriptor(this.#context, opened, this.#isReadOnly)
  }

  readlinkAt(path: string): string {
    return paths.readLink(this.#directory(), path)
  }

  removeDirectoryAt(path: string): void {
    paths.removeDirectory(this.#changeable(), path)
  }

  renameAt(path: string, target: Descriptor, targetPath: string): void {
    paths.rename({ from: this.#changeable(), path, to: target.#changeable(), targetPath })
  }

  symlinkAt(target: string, path: string): void {
    paths.createSymbolicLink(this.#changeable(), target, path)
  }

  unlinkFileAt(path: string): void {
    paths.unlink(this.#changeable(), path)
  }

  [Symbol.dispose](): void {
    this.#context.open.remove(this)
    this.close()
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    if (this.#opened.kind === 'directory') this.#opened.directory.close()
    else closeSync(this.#opened.descriptor)
  }

  #status(): BigIntStats {
    return tryFiles(() => fstatSync(this.descriptor, { bigint: true }))
  }

  #file(): OpenFile {
    return this.#opened.kind === 'file' ? this : fail('is-directory')
  }

  #writableFile(): OpenFile {
    const file = this.#file()
    if (this.#opened.kind === 'file' && this.#opened.flags.write !== true) fail('bad-descriptor')
    return file
  }

  #directory(): Directory {
    return this.#opened.kind === 'directory' ? this.#opened.directory : fail('not-directory')
  }

  #changeable(): Directory {
    const directory = this.#directory()
    return this.#isReadOnly ? fail('read-only') : directory
  }
}
