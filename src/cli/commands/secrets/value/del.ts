import { string as stringArg } from '@oclif/core/args'
import { WashiCommand } from '../../../base-command.js'
import { secretsBackendFlags } from '../../../flags/secrets-backend-flags.js'

export default class SecretsValueDel extends WashiCommand {
  static override summary = 'Delete the value of a secret, with its history, from the backend of "washi up".'
  static override aliases = ['secrets:value:delete']
  static override args = { key: stringArg({ required: true, description: 'Key of the secret.' }) }
  static override flags = secretsBackendFlags

  async run(): Promise<object> {
    const { args, flags } = await this.parse(SecretsValueDel)
    const { withLattice } = await import('../../../with-lattice.js')
    const { SecretsClient } = await import('../../../../lattice/secrets/secrets-client.js')
    await withLattice(flags, ({ connection }) =>
      new SecretsClient(connection, flags['secrets-topic']).delete(flags.backend, args.key),
    )
    const message = `Secret value '${args.key}' deleted successfully.`
    return this.finish(flags.output, { message }, message)
  }
}
