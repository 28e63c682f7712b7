import { string as stringArg } from '@oclif/core/args'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import { waitFlag } from '../../flags/wait-flags.js'

export default class AppDelete extends WashiCommand {
  static override summary = 'Delete an application, or one version of it; what runs of it is taken down.'
  static override aliases = ['app:del']
  static override args = {
    name: stringArg({ required: true, description: 'Name of the application, or its manifest.' }),
    version: stringArg({ description: 'One version only.' }),
  }
  static override flags = { ...latticeFlags, ...waitFlag(30_000) }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(AppDelete)
    const { withApplications } = await import('../../with-applications.js')
    const { applicationName } = await import('../../application-name.js')
    const { deleteApplication } = await import('../../../apps/deploy/undeploy-application.js')
    const name = await applicationName(args.name)
    const { version } = args
    const waitMs = flags['wait-ms']
    const { deleted } = await withApplications(flags, (client) =>
      deleteApplication({ client, name, version, waitMs, signal: this.interruption }),
    )
    const text = deleted ? `Deleted application: ${name}` : `Already deleted application: ${name}`
    return this.finish(flags.output, { deleted }, text)
  }
}
