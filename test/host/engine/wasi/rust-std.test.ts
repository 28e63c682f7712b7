import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { createInstance } from '#washi/host/engine/linker/create-instance.js'
import { prepareComponent } from '#washi/host/engine/linker/prepare-component.js'
import { createGuestImports } from '#washi/host/engine/wasi/create-imports.js'
import { createTestGuestHost, thrownBy } from '../../../support/guest-host-kit.js'
import { makeTempFolder } from '../../../support/temp-folder.js'

const file = new URL('../../../guests/rust-std/rust-std.wasm.gz', import.meta.url)

/** Lets a thread wait without one: nothing arrives, so that only the time passes. */
function pause(timeoutMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, timeoutMs)
}

it("Rust's standard library finds its way about WASI: files, sockets, clocks, standard streams", async () => {
  await using folder = await makeTempFolder()
  const [data, fixed] = [join(folder.path, 'data'), join(folder.path, 'fixed')]
  mkdirSync(data)
  mkdirSync(fixed)
  writeFileSync(join(fixed, 'there.txt'), 'as it was')
  writeFileSync(join(folder.path, 'secret'), 'do not read')
  symlinkSync('..', join(data, 'up'))
  const host = createTestGuestHost({
    wait: pause,
    preopens: [
      { host: data, guest: '/data', readOnly: false },
      { host: fixed, guest: '/fixed', readOnly: true },
    ],
  })
  const prepared = prepareComponent(new Uint8Array(gunzipSync(readFileSync(file))))
  const { imports, onMissing, finishOutput } = createGuestImports(host, prepared.world)
  const { exports } = createInstance(prepared, imports, { onMissing })
  const { run } = exports['run'] as { run: () => void }
  expect(thrownBy(run)).toMatchObject({ message: 'The component called exit with status err' })
  finishOutput()
  const lines = (stream: string): string[] =>
    host.lines.filter((line) => line.stream === stream).map(({ message }) => message)
  expect(lines('stdout')).toEqual([
    'write: ()',
    'read: "one two three"',
    'rest: three',
    'appended: "one TWO three four"',
    'len: 3',
    'modified: true',
    'exclusive: error AlreadyExists',
    'mkdir: ()',
    'rename: ()',
    'copy: 3',
    'link: ()',
    'list: ["b true", "copy false", "hard false"]',
    'not empty: Err(Some(55))',
    'rm -r: ()',
    'gone: error NotFound',
    'dotdot: error PermissionDenied',
    'outside: error NotFound',
    'link out: error PermissionDenied',
    'read-only: error ReadOnlyFilesystem',
    'fixed: "as it was"',
    'connect: error PermissionDenied',
    'listen: error PermissionDenied',
    'udp: error PermissionDenied',
    'slept: true',
    'now: true',
    'env: 0 ["main.wasm"]',
    'stdin: 0',
    'random: 4',
  ])
  expect(lines('stderr')).toEqual(['no newline at the end'])
})
