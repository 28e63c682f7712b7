import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { normalise, recordedCommands, toArguments } from '../support/wash-commands.js'
import type { RecordedCommand, Replay } from '../support/wash-commands.js'
import { differences } from '../support/wash-differences.js'
import {
  createWashiLattice,
  freePort,
  guestFile,
  type CommandResult,
  type WashiLattice,
} from '../support/washi-lattice.js'

const document = new URL('../../docs/differences-from-wash.md', import.meta.url)

let lattice: WashiLattice
let replay: Replay
beforeAll(async () => {
  lattice = await createWashiLattice()
  for (const guest of ['http-hello', 'pong'])
    await copyFile(guestFile(guest), join(lattice.home, `${guest}.wasm`))
  await lattice.up('--label', 'zone=a')
  const { hosts } = (await lattice.json('get', 'hosts')) as { hosts: { id: string }[] }
  const address = `127.0.0.1:${await freePort()}`
  replay = { hostId: hosts[0]?.id ?? '', folder: lattice.home, address }
})
afterAll(() => lattice[Symbol.asyncDispose]())

/** What washi has to answer: what wash did, but for the differences of the table. */
function expectedOf(
  name: string,
  recorded: RecordedCommand,
): { readonly exit: number; readonly output: unknown } {
  const difference = differences.find(({ commands }) => commands.includes(name))
  const text = normalise(recorded.stdout, { folder: '/app', address: '127.0.0.1:8090' })
  const exit = difference?.exit ?? recorded.exit
  if (exit !== 0) return { exit, output: 'a failure' }
  if (difference?.isOther) return { exit, output: expect.anything() as unknown }
  if (!isJson(recorded)) return { exit, output: difference?.text ?? text }
  const before = text === '' ? { success: true } : (JSON.parse(text) as object)
  const merged = Object.entries({ ...before, ...difference?.json }).filter(([, value]) => value !== undefined)
  return { exit, output: Object.fromEntries(merged) }
}

function outcomeOf(recorded: RecordedCommand, { exitCode, stdout, stderr }: CommandResult): object {
  if (exitCode !== 0) {
    const isTold = isJson(recorded)
      ? /^\{\s*"success": false,\s*"error": \{\s*"code": "[A-Z_]+"/.test(stdout)
      : stdout === '' && (stderr.startsWith('error: ') || stderr.includes('USAGE'))
    return { exit: exitCode, output: isTold ? 'a failure' : `${stdout}${stderr}` }
  }
  const text = normalise(stdout, replay)
  return { exit: exitCode, output: isJson(recorded) ? (JSON.parse(text) as unknown) : text }
}

function isJson({ argv }: RecordedCommand): boolean {
  return argv.includes('json')
}

describe('the recorded command lines of wash', () => {
  it.each(recordedCommands())('%s', async (name, recorded) => {
    // The recording shows it from here on, and lacks the command that started it.
    if (name === 'get inventory (2)') await lattice.json('start', 'component', './http-hello.wasm', 'hello3')
    const ended = await lattice.run(...toArguments(recorded, replay))
    expect(outcomeOf(recorded, ended), ended.stderr).toEqual(expectedOf(name, recorded))
  })
})

describe('the differences from wash', () => {
  it('that the recorded session shows are each described, with the reason', async () => {
    const [, replayed = ''] = (await readFile(document, 'utf8')).split('## In the recorded session')
    const [table = ''] = replayed.split('\n## ')
    const rows = [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, row]) => row)
    expect([...new Set(differences.map(({ row }) => row))].sort()).toEqual(rows.sort())
  })

  it('are named by command lines that were recorded', () => {
    const names = recordedCommands().map(([name]) => name)
    for (const { commands } of differences) for (const name of commands) expect(names).toContain(name)
  })
})
