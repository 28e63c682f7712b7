import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'

export default class AppList extends WashiCommand {
  static override summary = 'List the applications of the lattice.'
  static override flags = latticeFlags

  async run(): Promise<object> {
    const { flags } = await this.parse(AppList)
    const { withApplications } = await import('../../with-applications.js')
    const { renderApplications } = await import('../../render/app.js')
    const { toApplicationDocument } = await import('../../app-documents.js')
    const applications = await withApplications(flags, (client) => client.list())
    const result = { applications: applications.map(toApplicationDocument) }
    return this.finish(flags.output, result, renderApplications(applications))
  }
}
