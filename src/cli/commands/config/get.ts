import { string as stringArg } from '@oclif/core/args'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'

export default class ConfigGet extends WashiCommand {
  static override summary = 'Print the values of a named configuration.'
  static override args = { name: stringArg({ required: true, description: 'Name of the configuration.' }) }
  static override flags = latticeFlags

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ConfigGet)
    const { withLattice } = await import('../../with-lattice.js')
    const { getConfig } = await import('../../../lattice/operations/configs.js')
    const values = await withLattice(flags, ({ control }) => getConfig(control, args.name))
    const lines = Object.entries(values).map(([key, value]) => `${key}=${value}`)
    return this.finishRaw(flags.output, values, lines.sort().join('\n'))
  }
}
