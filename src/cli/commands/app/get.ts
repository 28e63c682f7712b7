import { string as stringArg } from '@oclif/core/args'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'

export default class AppGet extends WashiCommand {
  static override summary = 'Print a stored manifest; without a name, list the applications.'
  static override args = {
    name: stringArg({ description: 'Name of the application.' }),
    version: stringArg({ description: 'Its version. [default: the last one put]' }),
  }
  static override flags = latticeFlags

  async run(): Promise<object> {
    const { args, flags } = await this.parse(AppGet)
    const { withApplications } = await import('../../with-applications.js')
    const { name, version } = args
    if (name === undefined) {
      const { renderApplications } = await import('../../render/app.js')
      const { toApplicationDocument } = await import('../../app-documents.js')
      const applications = await withApplications(flags, (client) => client.list())
      const result = { applications: applications.map(toApplicationDocument) }
      return this.finish(flags.output, result, renderApplications(applications))
    }
    const { manifestToYaml } = await import('../../../apps/manifest/manifest-to-yaml.js')
    const { json } = await withApplications(flags, (client) => client.get(name, version))
    return this.finish(flags.output, { application: json }, manifestToYaml(json).trimEnd())
  }
}
