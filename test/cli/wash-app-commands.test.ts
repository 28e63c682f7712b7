import { copyFile, readFile, readdir } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { guestFile } from '../support/guests.js'
import { createWashiLattice } from '../support/washi-lattice.js'
import type { WashiLattice } from '../support/washi-lattice.js'

/** A command line of the real wash against a real wadm, and how it ended; see test/fixtures/apps/README.md. */
interface Recorded {
  readonly argv: readonly string[]
  readonly exit: number
  readonly stdout: string
}

/** Command lines that end otherwise here, with our exit code; docs/differences-from-wash.md says why. */
const otherExits: Readonly<Record<string, number>> = {
  'app validate bad-target.yaml': 2,
  'app validate not-yaml.yaml': 2,
  'app validate nothing.yaml': 2,
  'app deploy bad-target.yaml': 2,
  'app deploy not-yaml.yaml': 2,
  'app deploy broken-image.yaml': 2,
  'app deploy broken-provider.yaml': 2,
  'app deploy unschedulable.yaml': 1,
  'app deploy same-port.yaml': 1,
  'app deploy no-version.yaml': 1,
  'app status bad-target': 1,
  'app status broken-image': 1,
  'app status broken-provider': 1,
  'app status not-yaml': 1,
  'app undeploy nosuch': 1,
  'app put -': 2,
}

/** Wash's JSON with what an application's parts are replaced by: statuses depend on what runs. */
const volatile = ['status', 'detailed_status', 'status_message', 'scalers', 'image', 'links', 'applications']

describe.each(['wash-app-commands', 'wash-app-pingpong'])('the recorded command lines of %s', (session) => {
  it('end with washi as with wash, except where it is listed', async () => {
    await using lattice = await createWashiLattice()
    await prepare(lattice)
    await lattice.up('--label', 'zone=a')
    const recorded = readRecorded(session)
    const isPut = recorded.some(({ argv }) => argv.join(' ').includes('app put hello.yaml'))
    if (isPut) await lattice.run('app', 'put', 'hello.yaml')
    for (const { argv, exit, stdout } of recorded) {
      const name = argv.slice(1).join(' ')
      const ended = await lattice.run(...argv.slice(1))
      const said = `${name}\n${ended.stdout}\n${ended.stderr}`
      expect([name, ended.exitCode], said).toEqual([name, exitOf(name, exit)])
      if (argv.includes('json') && ended.exitCode === 0 && exit === 0)
        expect(shapeOf(JSON.parse(ended.stdout)), said).toEqual(
          expect.objectContaining(shapeOf(JSON.parse(stdout))),
        )
    }
  }, 600_000)
})

function exitOf(name: string, exit: number): number {
  return otherExits[name] ?? exit
}

/** The manifests and guests of the recording, with ports of this run and the embedded providers. */
async function prepare({ home, write }: WashiLattice): Promise<void> {
  const folder = new URL('../fixtures/apps/recorded/', import.meta.url)
  const base = 20_000 + (process.pid % 20_000)
  for (const file of await readdir(folder)) {
    const text = await readFile(new URL(file, folder), 'utf8')
    const adapted = text
      .replace('file:///app/http-server.par.gz', 'ghcr.io/wasmcloud/http-server:0.27.0')
      .replace('file:///app/keyvalue-redis.par.gz', 'ghcr.io/wasmcloud/keyvalue-redis:0.30.0')
      .replaceAll('file:///app/', `file://${home}/`)
      .replace(/127\.0\.0\.1:8(\d\d\d)/g, (_whole, port: string) => `127.0.0.1:${base + Number(port)}`)
    await write(file, adapted)
  }
  for (const guest of ['http-hello', 'ping', 'pong', 'kv-counter'] as const)
    await copyFile(guestFile(guest), join(home, `${guest}.wasm`))
}

function readRecorded(session: string): readonly Recorded[] {
  return readFileSync(new URL(`../fixtures/apps/${session}.jsonl`, import.meta.url), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Recorded)
    .filter(({ argv }) => argv[1] === 'app')
}

/** The document with its volatile parts replaced by a word. */
function shapeOf(document: unknown): Readonly<Record<string, unknown>> {
  const text = JSON.stringify(document, (key, value: unknown) => (volatile.includes(key) ? 'any' : value))
  return JSON.parse(text) as Readonly<Record<string, unknown>>
}
