import { WashiCommand } from '../../base-command.js'
import { createAskedProject } from '../../create-asked-project.js'
import { newArgs, newFlags } from '../../flags/new-flags.js'
import { renderCreatedProvider } from '../../render/project.js'

export default class NewProvider extends WashiCommand {
  static override summary = 'Create a provider project from a template.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> my-provider --template-name provider-typescript',
  ]
  static override args = newArgs
  static override flags = newFlags

  async run(): Promise<{ project_path: string }> {
    const { args, flags } = await this.parse(NewProvider)
    const created = await createAskedProject(
      { kind: 'provider', interactive: this.terminal.interactive },
      { name: args.name, templateName: flags['template-name'] },
    )
    return this.finish(
      flags.output,
      { project_path: created.folder },
      renderCreatedProvider(created, process.cwd()),
    )
  }
}
