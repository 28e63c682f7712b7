import { string as stringArg } from '@oclif/core/args'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'

export default class ConfigDel extends WashiCommand {
  static override summary = 'Delete a named configuration.'
  static override aliases = ['config:delete']
  static override args = { name: stringArg({ required: true, description: 'Name of the configuration.' }) }
  static override flags = latticeFlags

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ConfigDel)
    const { withLattice } = await import('../../with-lattice.js')
    const { deleteConfig } = await import('../../../lattice/operations/configs.js')
    await withLattice(flags, ({ control }) => deleteConfig(control, args.name))
    const message = `configuration '${args.name}' deleted successfully.`
    return this.finish(flags.output, { message }, message)
  }
}
