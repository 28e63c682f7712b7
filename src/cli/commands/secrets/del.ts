import { string as stringArg } from '@oclif/core/args'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'

export default class SecretsDel extends WashiCommand {
  static override summary = 'Delete a reference to a secret; its value stays in the backend.'
  static override aliases = ['secrets:delete', 'secret:del', 'secret:delete']
  static override args = { name: stringArg({ required: true, description: 'Name of the secret.' }) }
  static override flags = latticeFlags

  async run(): Promise<object> {
    const { args, flags } = await this.parse(SecretsDel)
    const { withLattice } = await import('../../with-lattice.js')
    const { deleteSecretReference } = await import('../../../lattice/operations/secrets.js')
    await withLattice(flags, ({ control }) => deleteSecretReference(control, args.name))
    const message = `secret '${args.name}' deleted successfully.`
    return this.finish(flags.output, { message }, message)
  }
}
