import { string as stringArg } from '@oclif/core/args'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import { parseKeyValues } from '../../key-values.js'
import { typedArguments } from '../../typed-arguments.js'

export default class ConfigPut extends WashiCommand {
  static override summary = 'Store a named configuration, replacing all its values.'
  static override aliases = ['config:create']
  static override strict = false
  static override args = {
    name: stringArg({ required: true, description: 'Name of the configuration.' }),
    values: stringArg({ required: true, description: 'key=value, one or more.' }),
  }
  static override flags = latticeFlags

  async run(): Promise<object> {
    const { args, flags, raw } = await this.parse(ConfigPut)
    const { withLattice } = await import('../../with-lattice.js')
    const { putConfig } = await import('../../../lattice/operations/configs.js')
    const values = parseKeyValues(typedArguments({ raw }).slice(1))
    await withLattice(flags, ({ control }) => putConfig(control, args.name, values))
    const message = `Configuration '${args.name}' put successfully.`
    return this.finish(flags.output, { message }, message)
  }
}
