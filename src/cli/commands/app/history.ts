import { string as stringArg } from '@oclif/core/args'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'

export default class AppHistory extends WashiCommand {
  static override summary = 'List the versions of an application, oldest first.'
  static override args = { name: stringArg({ required: true, description: 'Name of the application.' }) }
  static override flags = latticeFlags

  async run(): Promise<object> {
    const { args, flags } = await this.parse(AppHistory)
    const { withApplications } = await import('../../with-applications.js')
    const { renderVersions } = await import('../../render/app.js')
    const revisions = await withApplications(flags, (client) => client.versions(args.name))
    return this.finish(flags.output, { revisions }, renderVersions(revisions))
  }
}
