import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectLattice } from '#washi/lattice/connection.js'
import { parseLatticeName } from '#washi/lattice/ids.js'
import { describeCommands, inOrder, usageMistakes } from '../support/command-mistakes.js'
import type { DescribedCommand } from '../support/command-mistakes.js'
import { startEmbeddedBus, type EmbeddedBus } from '../support/embedded-bus.js'
import { startHostKit } from '../support/host-kit.js'
import { runInProcess } from '../support/run-in-process.js'

let home: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'washi-every-'))
})
afterAll(() => rm(home, { recursive: true, force: true }))

const run = async (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> => {
  const { exitCode, stdout, stderr } = await runInProcess(args, { WASHI_HOME: home, ...env })
  const text = [stdout, stderr].filter(Boolean).join('\n')
  const normal = text
    .replaceAll(home, '<home>')
    .replaceAll(process.cwd(), '<cwd>')
    .replace(/127\.0\.0\.1:\d{4,5}\b/g, '127.0.0.1:<port>')
    .replace(/\b(?!N?A{55})N[A-Z2-7]{55}\b/g, '<host>')
    .replace(/\b[a-z]+-[a-z]+-\d{4}\b/g, '<name>')
    // What stands under most mistakes of usage.
    .replace(/\n hint: Run "washi [a-z0-9 -]* --help"/, ' [--help]')
  return `${exitCode} ${normal}`
}

const commands = await describeCommands()

/** Commands that talk to a lattice and do nothing but that. */
const latticeCommands = commands.filter(
  ({ name, flags }) =>
    flags.some((flag) => flag.name === 'ctl-topic-prefix') &&
    !['up', 'down', 'doctor', 'ctx new'].includes(name),
)

const snapshotOf = async (
  list: readonly DescribedCommand[],
  outcome: (command: DescribedCommand) => Promise<string>,
): Promise<string> => {
  const lines: string[] = []
  for (const command of list) lines.push(`${command.name}: ${await outcome(command)}`)
  return lines.join('\n')
}

describe('every command', () => {
  it.each(commands.map((command) => [command.name, command] as const))(
    '%s, wrong in every way that its flags allow, says what is wrong and exits with 2',
    async (_name, command) => {
      const said: string[] = []
      for (const [what, argv] of usageMistakes(command)) {
        const outcome = await run(argv)
        expect(outcome, `${what}: washi ${argv.join(' ')}`).toMatch(/^2 error: /)
        // On a narrow terminal messages are what they are: whoever reads them can wrap them.
        if (said.length === 0) expect(await run(argv, { COLUMNS: '40' })).toBe(outcome)
        said.push(`${what}: ${outcome.slice(2)}`)
      }
      expect(said.join('\n')).toMatchSnapshot()
    },
  )

  it.each(commands.map(({ name }) => name))('%s explains itself within 40 columns', async (name) => {
    const help = await run([...name.split(' '), '--help'], { COLUMNS: '40' })
    expect(help).toMatch(/^0 /)
    expect(help).toContain('USAGE')
  })

  it('that needs a lattice says where it looked and how to start one', async () => {
    const said = await snapshotOf(latticeCommands, (command) => run([...inOrder(command), '--ctl-port', '1']))
    expect(said).toMatchSnapshot()
  })
})

describe('every command that needs a lattice', () => {
  let bus: EmbeddedBus
  beforeAll(async () => {
    bus = await startEmbeddedBus()
  })
  afterAll(() => bus[Symbol.asyncDispose]())

  const at = (): readonly string[] => ['--ctl-port', String(bus.port)]

  it('says that no host runs where none does', async () => {
    const said = await snapshotOf(latticeCommands, (command) =>
      run([...inOrder(command), ...at(), '--timeout-ms', '300']),
    )
    expect(said).toMatchSnapshot()
  })

  it('says who did not answer in time', async () => {
    const lattice = parseLatticeName('silent')
    await using connection = await connectLattice({ url: bus.url, lattice, name: 'silent' })
    const silence = connection.listen('wasmbus.ctl.v1.silent.>', () => undefined)
    await connection.flush()
    // Applications are another service's, and its clients are more patient. A capture asks for many things at once.
    const asking = latticeCommands.filter(({ name }) => !/^(app |capture)/.test(name))
    const said = await snapshotOf(asking, (command) =>
      run([...inOrder(command), ...at(), '--lattice', 'silent', '--timeout-ms', '60']),
    )
    silence.end()
    expect(said).toMatchSnapshot()
  })

  it('lists what fits where two hosts, components or providers do, and says where none does', async () => {
    const latticeName = 'two'
    await using kit = await startHostKit({ url: bus.url, latticeName })
    await using _other = await startHostKit({ url: bus.url, latticeName })
    for (const component_id of ['hello-a', 'hello-b']) {
      await kit.client.scaleComponent(kit.host.id, {
        component_id,
        component_ref: 'file:///none.wasm',
        count: 1,
      })
      await kit.events.next('component_scaled', ({ data }) => data.component_id === component_id)
    }
    const there = [...at(), '--lattice', latticeName, '--timeout-ms', '1000']
    // Once both have answered, commands wait for both.
    await expect
      .poll(() => run(['get', 'hosts', ...there]), { timeout: 20_000 })
      .toMatch(/<host>.*\n.*<host>/)
    const choosing = latticeCommands.filter(
      ({ name, args, flags }) =>
        flags.some((flag) => flag.name === 'host-id') ||
        (args.some((arg) => arg.name === 'host-id') && ['label', 'scale component'].includes(name)),
    )
    const byHost = (text: string) => (command: DescribedCommand) => {
      const flag = command.flags.some(({ name }) => name === 'host-id') ? ['--host-id', text] : []
      return run([...inOrder(command, { 'host-id': text }), ...flag, ...there])
    }
    expect(await snapshotOf(choosing, byHost('n'))).toMatchSnapshot('two hosts')
    expect(await snapshotOf(choosing, byHost('nobody'))).toMatchSnapshot('no host')
    const byId = (text: string) => (command: DescribedCommand) =>
      run([...inOrder(command, { 'component-id': text, 'provider-id': text }), ...there])
    const naming = latticeCommands.filter(({ name }) =>
      /^(stop (component|provider)|update component|call)$/.test(name),
    )
    expect(await snapshotOf(naming, byId('hello'))).toMatchSnapshot('two components')
    expect(await snapshotOf(naming, byId('nobody'))).toMatchSnapshot('none')
  })
})
