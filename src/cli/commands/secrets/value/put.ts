import { string as stringArg } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import { WashiCommand } from '../../../base-command.js'
import { secretsBackendFlags } from '../../../flags/secrets-backend-flags.js'

export default class SecretsValuePut extends WashiCommand {
  static override summary = 'Store the value of a secret in a backend such as that of "washi up".'
  static override description =
    'The value comes from standard input, without a line break at its end, from a file or from a variable: never from the command line, which every user of the machine can see.'
  static override args = { key: stringArg({ required: true, description: 'Key of the secret.' }) }
  static override flags = {
    ...secretsBackendFlags,
    'from-file': string({ summary: 'File that holds the value.', exclusive: ['from-env'] }),
    'from-env': string({ summary: 'Name of the environment variable that holds the value.' }),
    binary: boolean({ summary: 'Store bytes as they are, also where they are text.' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(SecretsValuePut)
    const { readSecretValue } = await import('../../../read-secret-value.js')
    const { withLattice } = await import('../../../with-lattice.js')
    const { SecretsClient } = await import('../../../../lattice/secrets/secrets-client.js')
    const { 'from-file': file, 'from-env': variable, binary } = flags
    const value = await readSecretValue({ file, variable, isBinary: binary, terminal: this.terminal })
    const revision = await withLattice(flags, ({ connection }) =>
      new SecretsClient(connection, flags['secrets-topic']).put(flags.backend, args.key, value),
    )
    const message = `Secret value '${args.key}' put successfully.`
    return this.finish(flags.output, { message, revision }, message)
  }
}
