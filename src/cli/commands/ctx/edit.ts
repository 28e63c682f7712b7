import { string as stringArg } from '@oclif/core/args'
import { string } from '@oclif/core/flags'
import { WashiCommand } from '../../base-command.js'
import { contextFolderFlags } from '../../flags/context-flags.js'

export default class CtxEdit extends WashiCommand {
  static override summary = 'Open a context in an editor, and check it afterwards.'
  static override aliases = ['context:edit', 'contexts:edit']
  static override args = {
    name: stringArg({ description: 'Name of the context. [default: the default context]' }),
  }
  static override flags = {
    ...contextFolderFlags,
    editor: string({ char: 'e', required: true, env: 'EDITOR', summary: 'Command of the editor.' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(CtxEdit)
    const { editContext } = await import('../../../session/contexts/edit-context.js')
    const { contextFolders } = await import('../../context-folders.js')
    const file = await editContext(contextFolders(flags.directory), { name: args.name, editor: flags.editor })
    const result = 'Finished editing context successfully'
    return this.finish(flags.output, { result, file }, `${result}: ${file}`)
  }
}
