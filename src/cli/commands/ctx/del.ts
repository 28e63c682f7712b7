import { string as stringArg } from '@oclif/core/args'
import { WashiCommand } from '../../base-command.js'
import { contextFolderFlags } from '../../flags/context-flags.js'

export default class CtxDel extends WashiCommand {
  static override summary = 'Delete a context.'
  static override aliases = ['ctx:delete', 'context:del', 'contexts:del']
  static override args = { name: stringArg({ required: true, description: 'Name of the context.' }) }
  static override flags = contextFolderFlags

  async run(): Promise<object> {
    const { args, flags } = await this.parse(CtxDel)
    const { deleteContext } = await import('../../../session/contexts/context-folders.js')
    const { contextFolders } = await import('../../context-folders.js')
    await deleteContext(contextFolders(flags.directory), args.name)
    const message = 'Removed file successfully'
    return this.finish(flags.output, { message }, message)
  }
}
