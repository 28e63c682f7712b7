import { string as stringArg } from '@oclif/core/args'
import { integer, string } from '@oclif/core/flags'
import { WashiCommand } from '../base-command.js'
import { latticeFlags } from '../flags/lattice-flags.js'

export default class Spy extends WashiCommand {
  static override summary = 'Show the calls of a component or provider as they happen.'
  static override description = `Calls and answers are shown with their values, in both directions, streams with their sizes; without an id, those of the whole lattice. It ends with Ctrl-C, or as --count or --duration-ms say. With -o json it prints one document per line.
Hosts of washi copy the calls that they answer for as long as somebody spies, also those that stay within one host; those of other hosts are listened to on the bus.`
  static override args = {
    'component-id': stringArg({ description: 'Id of a component or provider. [default: all]' }),
  }
  static override flags = {
    ...latticeFlags,
    interface: string({ summary: 'Only calls of that interface, with or without its version.' }),
    function: string({ summary: 'Only calls of that function.' }),
    count: integer({ char: 'n', summary: 'End after so many answered calls.', min: 1 }),
    'duration-ms': integer({ summary: 'End after that time.', min: 1 }),
    wit: string({ summary: 'Component or WIT to take types from, where the images cannot be read here.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Spy)
    const { withLattice } = await import('../with-lattice.js')
    const { spyUntil } = await import('../../session/spy/spy-until.js')
    const { readExports } = await import('../../component/read-world.js')
    const { renderSpied } = await import('../render/spy.js')
    const { toSpiedDocument } = await import('../../session/spy/spied-document.js')
    const isJson = flags.output === 'json'
    const id = args['component-id']
    const types = flags.wit === undefined ? undefined : await readExports(flags.wit)
    await withLattice(flags, (lattice) =>
      spyUntil(lattice, {
        filter: { id, interface: flags.interface, function: flags.function },
        types,
        signal: this.interruption,
        count: flags.count,
        durationMs: flags['duration-ms'],
        onReady: ({ onBus }) => {
          const more = onBus.length === 0 ? '' : `; on the bus: ${onBus.join(', ')}`
          this.terminal.printError(`Spying on ${id ?? 'all calls'}${more}`)
        },
        onMessage: (message) =>
          this.terminal.print(isJson ? JSON.stringify(toSpiedDocument(message)) : renderSpied(message)),
      }),
    )
  }
}
