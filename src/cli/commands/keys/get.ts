import { string as stringArg } from '@oclif/core/args'
import { WashiCommand } from '../../base-command.js'
import { keyFolderFlags } from '../../flags/context-flags.js'

export default class KeysGet extends WashiCommand {
  static override summary = 'Print the seed of a stored key.'
  static override aliases = ['key:get']
  static override args = {
    keyname: stringArg({ required: true, description: 'Name of the key, with or without .nk.' }),
  }
  static override flags = keyFolderFlags

  async run(): Promise<object> {
    const { args, flags } = await this.parse(KeysGet)
    const { readKey } = await import('../../../session/keys/key-folder.js')
    const { ownKeyFolder } = await import('../../../session/user-folders.js')
    const { directorySources } = await import('../../directory-sources.js')
    const seed = await readKey(ownKeyFolder(directorySources(), flags.directory), args.keyname)
    return this.finish(flags.output, { seed }, seed)
  }
}
