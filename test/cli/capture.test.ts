import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCapture, writeCapture } from '#washi/session/capture/capture-file.js'
import { takeCapture } from '#washi/session/capture/take-capture.js'
import { ControlClient } from '#washi/lattice/control/client.js'
import { connectLattice } from '#washi/lattice/connection.js'
import { parseLatticeName } from '#washi/lattice/ids.js'
import { createWashiLattice, guestFile, type WashiLattice } from '../support/washi-lattice.js'

interface Replay {
  readonly lattice: string
  readonly inventory: readonly { readonly components: readonly { readonly id: string }[] }[]
  readonly links: readonly { readonly source_id: string }[]
  readonly buckets: Readonly<Record<string, readonly { readonly key: string; readonly text?: string }[]>>
  readonly messages: readonly Readonly<Record<string, unknown>>[]
}

describe('capture', () => {
  let lattice: WashiLattice
  let file: string
  beforeAll(async () => {
    lattice = await createWashiLattice()
    file = join(lattice.home, 'all.washcapture')
    await lattice.up()
    await lattice.json('start', 'component', guestFile('pong'), 'pong')
    await lattice.json('config', 'put', 'greetings', 'greeting=hello')
    await lattice.json('link', 'put', 'ping', 'pong', 'test', 'pingpong', '--interface', 'pingpong')
  })
  afterAll(() => lattice[Symbol.asyncDispose]())

  it('saves hosts, links, buckets, calls and events to a file that can be read again', async () => {
    await using connection = await connectLattice({
      url: lattice.natsUrl,
      lattice: parseLatticeName('default'),
      name: 'test',
    })
    const enough = new AbortController()
    const seen = new Map<string, number>()
    const taken = takeCapture(
      { connection, control: new ControlClient(connection) },
      {
        signal: enough.signal,
        now: () => Date.now(),
        onReady: () => {
          void lattice
            .json('call', 'pong', 'test:pingpong/pingpong.add', '40', '2')
            .then(() => lattice.json('config', 'put', 'greetings', 'greeting=again'))
            .then(() => enough.abort())
        },
        onMessage: (count) => void seen.set('count', count),
      },
    )
    const capture = await taken
    expect(seen.get('count')).toBe(capture.messages.length)
    await writeCapture(file, capture)
    expect(await readCapture(file)).toEqual(JSON.parse(JSON.stringify(capture)))
    expect((await stat(file)).mode & 0o077).toBe(0)
  })

  it('shows what is in the file', async () => {
    const replay = (await lattice.json('capture', 'replay', file)) as Replay
    expect(replay.lattice).toBe('default')
    expect(replay.inventory[0]?.components).toMatchObject([{ id: 'pong' }])
    expect(replay.links).toMatchObject([{ source_id: 'ping', target: 'pong' }])
    expect(replay.buckets['CONFIGDATA_default']).toMatchObject([
      { key: 'greetings', text: '{"greeting":"hello"}' },
    ])
    expect(replay.buckets['LATTICEDATA_default']?.map(({ key }) => key)).toContain('COMPONENT_ping')
    expect(replay.messages.filter(({ kind }) => kind !== 'event')).toMatchObject([
      { kind: 'call', source: 'wash', target: 'pong', function: 'add', params: { a: 40, b: 2 } },
      { kind: 'answer', source: 'wash', target: 'pong', function: 'add', result: 42 },
    ])
    expect(replay.messages).toContainEqual(expect.objectContaining({ kind: 'event', event: 'config_set' }))
    const { stdout } = await lattice.run('capture', 'replay', file, '--target-id', 'pong')
    expect(stdout).toContain('call wash -> pong test:pingpong/pingpong@0.1.0.add\n  {"a":40,"b":2}')
    expect(stdout).not.toContain('config_set')
  })

  it('ends by itself after its time, and names its file as wash does', async () => {
    const result = (await lattice.json('capture', '--duration-ms', '50')) as { readonly output_path: string }
    expect(result).toMatchObject({ success: true, message: 'Successfully captured lattice data' })
    expect(result.output_path).toMatch(/\/\d{4}-\d\d-\d\dT[\d.-]+Z\.default\.washcapture$/)
    expect((await readCapture(result.output_path)).messages).toEqual([])
  })

  it('says what is wrong with a file that is none', async () => {
    const bytes = await readFile(file)
    const cut = join(lattice.home, 'cut.washcapture')
    await writeFile(cut, bytes.subarray(0, bytes.length / 2))
    const ended = await lattice.run('capture', 'replay', cut)
    expect(ended.exitCode).toBe(2)
    expect(ended.stderr).toContain(`Cannot read the capture ${cut}: unexpected end of file`)
    expect((await lattice.run('capture', 'replay', guestFile('pong'))).stderr).toContain('incorrect header')
    expect((await lattice.run('capture', 'replay', '/nowhere')).stderr).toContain('no such file')
  })

  it('refuses to capture in the background, with the command that captures', async () => {
    const ended = await lattice.run('capture', '--enable')
    expect(ended.exitCode).toBe(2)
    expect(ended.stderr).toContain('washi capture --duration-ms 60000')
  })
})
