import { string as stringArg } from '@oclif/core/args'
import { AppError } from '../../../core/errors.js'
import { WashiCommand } from '../../base-command.js'
import { suggest } from '../../../core/suggest.js'

export default class KeysGen extends WashiCommand {
  static override summary = 'Generate a key pair and print it; nothing is stored.'
  static override aliases = ['key:gen']
  static override args = {
    keytype: stringArg({
      required: true,
      description: 'account, user, component, provider, host, operator, cluster or curve.',
    }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(KeysGen)
    const { createNkey, keyKinds } = await import('../../../session/keys/nkey.js')
    const wanted = args.keytype.toLowerCase()
    const kind = keyKinds.find((name) => name === wanted)
    if (kind === undefined) {
      const near = suggest(wanted, keyKinds)
      throw new AppError('USAGE_INVALID', `No key type "${args.keytype}": it can be ${keyKinds.join(', ')}`, {
        hint: near === undefined ? undefined : `Did you mean ${near}?`,
      })
    }
    const { publicKey, seed } = createNkey(kind)
    const reminder =
      'The seed is private: whoever has it can act as this key. Keep it where only you can read it.'
    const text = `Public Key: ${publicKey}\nSeed: ${seed}\n\n${reminder}`
    return this.finish(flags.output, { public_key: publicKey, seed }, text)
  }
}
