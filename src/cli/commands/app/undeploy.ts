import { string as stringArg } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import { waitFlag, waitMsOf } from '../../flags/wait-flags.js'

export default class AppUndeploy extends WashiCommand {
  static override summary =
    'Take an application down, and wait until nothing of it runs; its versions stay stored.'
  static override args = {
    name: stringArg({ description: 'Name of the application, or its manifest.' }),
  }
  static override flags = {
    ...latticeFlags,
    ...waitFlag(30_000),
    all: boolean({ summary: 'Take down every application.' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(AppUndeploy)
    const { withApplications } = await import('../../with-applications.js')
    const { checkChoice, chosenVersions } = await import('../../application-name.js')
    const { undeployApplications } = await import('../../../apps/deploy/undeploy-application.js')
    const choice = { name: args.name, all: flags.all ? ('deployed' as const) : undefined }
    checkChoice(choice)
    const names = await withApplications(flags, async (client) =>
      undeployApplications({
        client,
        names: (await chosenVersions(client, choice)).map(({ name }) => name),
        waitMs: waitMsOf(flags),
        signal: this.interruption,
      }),
    )
    const several =
      names.length === 0 ? 'No applications undeployed' : `Undeployed [${names.length}] applications`
    const text = flags.all ? several : `Undeployed application: ${names[0]}`
    return this.finish(flags.output, { results: text, undeployed_application_names: names }, text)
  }
}
