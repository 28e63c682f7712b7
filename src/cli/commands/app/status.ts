import { string as stringArg } from '@oclif/core/args'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'

export default class AppStatus extends WashiCommand {
  static override summary = 'Say how an application stands, part by part.'
  static override args = { name: stringArg({ required: true, description: 'Name of the application.' }) }
  static override flags = latticeFlags

  async run(): Promise<object> {
    const { args, flags } = await this.parse(AppStatus)
    const { withApplications } = await import('../../with-applications.js')
    const { renderStatus } = await import('../../render/app.js')
    const { encodeStatus } = await import('../../../apps/api/messages.js')
    const status = await withApplications(flags, async (client) => {
      await client.versions(args.name) // throws for an unknown application, which status() would call undeployed
      return await client.status(args.name)
    })
    return this.finish(flags.output, { status: encodeStatus(status) }, renderStatus(args.name, status))
  }
}
