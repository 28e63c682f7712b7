import { string as stringArg } from '@oclif/core/args'
import { WashiCommand } from '../../base-command.js'
import { contextFolderFlags } from '../../flags/context-flags.js'

export default class CtxDefault extends WashiCommand {
  static override summary = 'Use a context where no other is named.'
  static override aliases = ['context:default', 'contexts:default']
  static override args = { name: stringArg({ required: true, description: 'Name of the context.' }) }
  static override flags = contextFolderFlags

  async run(): Promise<object> {
    const { args, flags } = await this.parse(CtxDefault)
    const { chooseContext } = await import('../../../session/contexts/context-folders.js')
    const { contextFolders } = await import('../../context-folders.js')
    await chooseContext(contextFolders(flags.directory), args.name)
    const result = 'Set new context successfully'
    return this.finish(flags.output, { result, default: args.name }, `${result}: ${args.name}`)
  }
}
