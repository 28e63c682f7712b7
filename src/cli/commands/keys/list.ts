import { WashiCommand } from '../../base-command.js'
import { keyFolderFlags } from '../../flags/context-flags.js'

export default class KeysList extends WashiCommand {
  static override summary = 'List the stored keys by name.'
  static override aliases = ['key:list']
  static override flags = keyFolderFlags

  async run(): Promise<object> {
    const { flags } = await this.parse(KeysList)
    const { listKeys } = await import('../../../session/keys/key-folder.js')
    const { ownKeyFolder } = await import('../../../session/user-folders.js')
    const { directorySources } = await import('../../directory-sources.js')
    const folder = ownKeyFolder(directorySources(), flags.directory)
    const keys = await listKeys(folder)
    return this.finish(
      flags.output,
      { keys, directory: folder },
      [`====== Keys found in ${folder} ======`, ...keys].join('\n'),
    )
  }
}
