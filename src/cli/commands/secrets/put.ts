import { string as stringArg } from '@oclif/core/args'
import { string } from '@oclif/core/flags'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import { parseKeyValues } from '../../key-values.js'

export default class SecretsPut extends WashiCommand {
  static override summary = 'Store a reference to a secret: where its value is, not the value.'
  static override description =
    'The reference can be used as a config named SECRET_NAME. For the value see "washi secrets value put".'
  static override aliases = ['secrets:create', 'secret:put', 'secret:create']
  static override args = {
    name: stringArg({ required: true, description: 'Name of the secret, as its user has it.' }),
    backend: stringArg({ required: true, description: 'Secrets backend; "washi up" runs nats-kv.' }),
    key: stringArg({ required: true, description: 'Key of the secret in the backend.' }),
  }
  static override flags = {
    ...latticeFlags,
    field: string({ summary: 'Field of the secret, where it is an object.' }),
    version: string({ char: 'v', summary: 'Version of the secret. [default: the latest]' }),
    property: string({
      multiple: true,
      multipleNonGreedy: true,
      default: [],
      summary: 'Further property for the backend, key=value; repeat it for more.',
    }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(SecretsPut)
    const { name, backend, key } = args
    const { field, version } = flags
    const { withLattice } = await import('../../with-lattice.js')
    const { putSecretReference } = await import('../../../lattice/operations/secrets.js')
    const properties = parseKeyValues(flags.property)
    const reference = { name, backend, key, field, version, properties }
    await withLattice(flags, ({ control }) => putSecretReference(control, reference))
    const message = `Secret '${name}' put successfully.`
    return this.finish(flags.output, { message }, message)
  }
}
