import { string as stringArg } from '@oclif/core/args'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import { waitFlag } from '../../flags/wait-flags.js'

export default class AppUndeploy extends WashiCommand {
  static override summary =
    'Take an application down, and wait until nothing of it runs; its versions stay stored.'
  static override args = {
    name: stringArg({ required: true, description: 'Name of the application, or its manifest.' }),
  }
  static override flags = { ...latticeFlags, ...waitFlag(30_000) }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(AppUndeploy)
    const { withApplications } = await import('../../with-applications.js')
    const { applicationName } = await import('../../application-name.js')
    const { undeployApplication } = await import('../../../apps/deploy/undeploy-application.js')
    const name = await applicationName(args.name)
    const waitMs = flags['wait-ms']
    await withApplications(flags, (client) =>
      undeployApplication({ client, name, waitMs, signal: this.interruption }),
    )
    const text = `Undeployed application: ${name}`
    return this.finish(flags.output, { results: text, undeployed_application_names: [name] }, text)
  }
}
