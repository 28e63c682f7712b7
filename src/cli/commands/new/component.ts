import { WashiCommand } from '../../base-command.js'
import { createAskedProject } from '../../create-asked-project.js'
import { newArgs, newFlags } from '../../flags/new-flags.js'
import { renderCreated } from '../../render/project.js'

export default class NewComponent extends WashiCommand {
  static override summary = 'Create a component project from a template.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> hello --template-name hello-world-typescript',
  ]
  static override args = newArgs
  static override flags = newFlags

  async run(): Promise<{ project_path: string }> {
    const { args, flags } = await this.parse(NewComponent)
    const created = await createAskedProject(
      { kind: 'component', interactive: this.terminal.interactive },
      { name: args.name, templateName: flags['template-name'] },
    )
    return this.finish(flags.output, { project_path: created.folder }, renderCreated(created, process.cwd()))
  }
}
