import { string as stringArg } from '@oclif/core/args'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'

export default class SecretsGet extends WashiCommand {
  static override summary = 'Print a reference to a secret: where its value is, not the value.'
  static override aliases = ['secret:get']
  static override args = { name: stringArg({ required: true, description: 'Name of the secret.' }) }
  static override flags = latticeFlags

  async run(): Promise<object> {
    const { args, flags } = await this.parse(SecretsGet)
    const { withLattice } = await import('../../with-lattice.js')
    const { getSecretReference } = await import('../../../lattice/operations/secrets.js')
    const stored = await withLattice(flags, ({ control }) => getSecretReference(control, args.name))
    const lines = Object.entries(stored).map(([key, value]) => `${key}=${value}`)
    return this.finish(flags.output, stored, lines.sort().join('\n'))
  }
}
