import { WashiCommand } from '../../base-command.js'
import { contextFolderFlags } from '../../flags/context-flags.js'

export default class CtxList extends WashiCommand {
  static override summary = 'List the contexts, and which one is the default.'
  static override aliases = ['context:list', 'contexts:list']
  static override flags = contextFolderFlags

  async run(): Promise<object> {
    const { flags } = await this.parse(CtxList)
    const { listContexts } = await import('../../../session/contexts/context-folders.js')
    const { contextFolders } = await import('../../context-folders.js')
    const folders = contextFolders(flags.directory)
    const list = await listContexts(folders)
    const lines = list.contexts.map((name) => (name === list.default ? `${name} (default)` : name))
    const text = [`== Contexts found in ${folders.join(', ')} ==`, ...lines].join('\n')
    return this.finish(flags.output, list, text)
  }
}
