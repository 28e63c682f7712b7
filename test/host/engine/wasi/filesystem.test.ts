import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFilesystem } from '#washi/host/engine/wasi/filesystem/filesystem.js'
import type { Descriptor } from '#washi/host/engine/wasi/filesystem/descriptor.js'
import { OpenThings } from '#washi/host/engine/wasi/open-things.js'
import { createTestGuestHost, thrownBy } from '../../../support/guest-host-kit.js'
import { makeTempFolder, type TempFolder } from '../../../support/temp-folder.js'

const follow = { symlinkFollow: true }
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()

interface Preopens {
  getDirectories(): [Descriptor, string][]
}

describe('wasi:filesystem', () => {
  let folder: TempFolder
  let outside: string
  let root: string
  let open: OpenThings

  beforeEach(async () => {
    folder = await makeTempFolder()
    outside = folder.path
    root = join(outside, 'root')
    mkdirSync(join(root, 'sub/deep'), { recursive: true })
    writeFileSync(join(root, 'a.txt'), 'hello')
    writeFileSync(join(root, 'sub/b.txt'), 'in sub')
    writeFileSync(join(outside, 'secret'), 'do not read')
    open = new OpenThings()
  })

  afterEach(async () => {
    open.closeAll()
    await folder[Symbol.asyncDispose]()
  })

  function openRoot(readOnly = false): Descriptor {
    const host = createTestGuestHost({ preopens: [{ host: root, guest: '/data', readOnly }] })
    const served = createFilesystem(host, open)
    const [[directory, path] = []] = (served['wasi:filesystem/preopens'] as Preopens).getDirectories()
    expect(path).toBe('/data')
    if (directory === undefined) throw new Error('no directory')
    return directory
  }

  it('has no directories unless it was given some', () => {
    const served = createFilesystem(createTestGuestHost(), open)
    expect((served['wasi:filesystem/preopens'] as Preopens).getDirectories()).toEqual([])
  })

  it('opens, reads, writes and describes files', () => {
    const directory = openRoot()
    const file = directory.openAt(follow, 'sub/../a.txt', {}, { read: true, write: true })
    expect(file.getType()).toBe('regular-file')
    expect(file.stat()).toMatchObject({ type: 'regular-file', size: 5n, linkCount: 1n })
    expect(text(file.read(3n, 1n)[0])).toBe('ell')
    expect(file.read(10n, 5n)).toEqual([new Uint8Array(0), true])
    expect(file.write(Buffer.from('J'), 0n)).toBe(1n)
    file.setSize(4n)
    expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe('Jell')
    file.setTimes({ tag: 'timestamp', val: { seconds: 5n, nanoseconds: 0 } }, { tag: 'no-change' })
    expect(file.stat().dataAccessTimestamp).toEqual({ seconds: 5n, nanoseconds: 0 })
    expect(file.isSameObject(directory.openAt(follow, './/a.txt', {}, {}))).toBe(true)
    expect(file.metadataHash()).toEqual(directory.metadataHashAt(follow, 'a.txt'))
    expect(file.metadataHash()).not.toEqual(directory.metadataHash())
  })

  it('streams files in both directions', () => {
    const directory = openRoot()
    const file = directory.openAt({}, 'new', { create: true }, { read: true, write: true })
    const output = file.writeViaStream(2n)
    output.blockingWriteAndFlush(Buffer.from('abc'))
    file.appendViaStream().blockingWriteAndFlush(Buffer.from('d'))
    const input = file.readViaStream(1n)
    expect(text(input.blockingRead(100n))).toBe('\0abcd')
    expect(thrownBy(() => input.read(1n))).toEqual({ tag: 'closed' })
  })

  it('makes, lists, renames, links and removes', () => {
    const directory = openRoot()
    directory.createDirectoryAt('made')
    directory.renameAt('a.txt', directory, 'made/c.txt')
    directory.linkAt({}, 'made/c.txt', directory, 'made/d.txt')
    directory.symlinkAt('d.txt', 'made/link')
    expect(directory.readlinkAt('made/link')).toBe('d.txt')
    expect(directory.statAt({}, 'made/link').type).toBe('symbolic-link')
    expect(directory.statAt(follow, 'made/link').linkCount).toBe(2n)
    const entries = directory.openAt({}, 'made/', { directory: true }, {}).readDirectory()
    const listed = [1, 2, 3].map(() => entries.readDirectoryEntry())
    expect(listed).toEqual(
      expect.arrayContaining([
        { type: 'regular-file', name: 'c.txt' },
        { type: 'regular-file', name: 'd.txt' },
        { type: 'symbolic-link', name: 'link' },
      ]),
    )
    expect(entries.readDirectoryEntry()).toBeUndefined()
    expect(thrownBy(() => directory.removeDirectoryAt('made'))).toBe('not-empty')
    for (const name of ['c.txt', 'd.txt', 'link']) directory.unlinkFileAt(`made/${name}`)
    directory.removeDirectoryAt('made')
    expect(readdirSync(root)).toEqual(['sub'])
  })

  it.each([
    ['..', 'not-permitted'],
    ['../secret', 'not-permitted'],
    ['sub/../../secret', 'not-permitted'],
    ['/etc/passwd', 'not-permitted'],
    ['up/secret', 'not-permitted'],
    ['absolute', 'not-permitted'],
    ['loop', 'loop'],
    ['', 'no-entry'],
    ['a.txt/x', 'not-directory'],
    ['a.txt/', 'not-directory'],
    ['missing', 'no-entry'],
    ['a\0b', 'invalid'],
    ['fifo', 'unsupported'],
  ])('refuses to open %j: %s', (path, code) => {
    symlinkSync('..', join(root, 'up'))
    symlinkSync(join(outside, 'secret'), join(root, 'absolute'))
    symlinkSync('loop', join(root, 'loop'))
    execFileSync('mkfifo', [join(root, 'fifo')])
    const directory = openRoot()
    expect(thrownBy(() => directory.openAt(follow, path, {}, { read: true }))).toBe(code)
    if (code === 'not-permitted') {
      expect(thrownBy(() => directory.statAt(follow, path))).toBe(code)
      expect(thrownBy(() => directory.openAt(follow, path, { create: true }, { write: true }))).toBe(code)
    }
  })

  it('changes nothing outside', () => {
    symlinkSync('..', join(root, 'up'))
    const directory = openRoot()
    for (const change of [
      () => directory.unlinkFileAt('up/secret'),
      () => directory.renameAt('a.txt', directory, 'up/a.txt'),
      () => directory.createDirectoryAt('../made'),
      () => directory.symlinkAt('x', '../link'),
      () => directory.symlinkAt('/etc/passwd', 'link'),
      () => directory.linkAt({}, 'up/secret', directory, 'stolen'),
      () => directory.setTimesAt(follow, 'up/secret', { tag: 'now' }, { tag: 'now' }),
    ]) {
      expect(thrownBy(change)).toBe('not-permitted')
    }
    expect(readdirSync(outside).sort()).toEqual(['root', 'secret'])
    expect(thrownBy(() => directory.readlinkAt('up'))).toBeUndefined()
  })

  it('follows links that stay inside, also those that the guest made', () => {
    const directory = openRoot()
    directory.symlinkAt('../a.txt', 'sub/deep/../up.txt')
    const file = directory.openAt(follow, 'sub/up.txt', {}, { read: true })
    expect(text(file.read(10n, 0n)[0])).toBe('hello')
    // A descriptor of a directory below is a base of its own: nothing leads out of it.
    const sub = directory.openAt({}, 'sub', { directory: true }, {})
    expect(thrownBy(() => sub.openAt(follow, 'up.txt', {}, {}))).toBe('not-permitted')
  })

  it('changes nothing of a directory that is read-only', () => {
    const directory = openRoot(true)
    expect(directory.getFlags()).toEqual({ read: true, mutateDirectory: false })
    const file = directory.openAt({}, 'a.txt', {}, { read: true })
    expect(text(file.read(10n, 0n)[0])).toBe('hello')
    const sub = directory.openAt({}, 'sub', { directory: true }, {})
    for (const change of [
      () => directory.openAt({}, 'a.txt', {}, { write: true }),
      () => directory.openAt({}, 'a.txt', { truncate: true }, {}),
      () => sub.openAt({}, 'x', { create: true }, {}),
      () => directory.unlinkFileAt('a.txt'),
      () => sub.createDirectoryAt('x'),
      () => directory.renameAt('a.txt', sub, 'a.txt'),
      () => file.setTimes({ tag: 'now' }, { tag: 'now' }),
    ]) {
      expect(thrownBy(change)).toBe('read-only')
    }
    expect(thrownBy(() => file.write(Buffer.from('x'), 0n))).toBe('bad-descriptor')
    expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe('hello')
  })

  it('closes what an instance leaves open', () => {
    const before = readdirSync('/proc/self/fd').length
    const directory = openRoot()
    for (let count = 0; count < 20; count++) directory.openAt({}, 'sub/b.txt', {}, { read: true })
    expect(thrownBy(() => directory.openAt({}, 'sub/deep/none', {}, {}))).toBe('no-entry')
    expect(readdirSync('/proc/self/fd').length).toBeGreaterThan(before + 20)
    open.closeAll()
    expect(readdirSync('/proc/self/fd').length).toBe(before)
    expect(thrownBy(() => directory.stat())).toBe('bad-descriptor')
  })
})
