import { string as stringArg } from '@oclif/core/args'
import { string } from '@oclif/core/flags'
import { WashiCommand } from '../../base-command.js'
import { askProjectName, askTemplateName } from '../../ask-new.js'
import { renderCreatedProvider } from '../../render/project.js'

export default class NewProvider extends WashiCommand {
  static override summary = 'Create a provider project from a template.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> my-provider --template-name provider-typescript',
  ]
  static override args = { name: stringArg({ description: 'Name of the project and of its folder.' }) }
  static override flags = {
    'template-name': string({
      char: 't',
      summary: 'Template to copy.',
      env: 'WASHI_TEMPLATE_NAME',
    }),
  }

  async run(): Promise<{ project_path: string }> {
    const { args, flags } = await this.parse(NewProvider)
    const { createProject } = await import('../../../project/create-project.js')
    const asking = { interactive: this.terminal.interactive, kind: 'provider' } as const
    const created = await createProject({
      kind: 'provider',
      name: args.name ?? (await askProjectName(asking)),
      templateName: flags['template-name'] ?? (await askTemplateName(asking)),
      parentFolder: process.cwd(),
    })
    return this.finish(
      flags.output,
      { project_path: created.folder },
      renderCreatedProvider(created, process.cwd()),
    )
  }
}
