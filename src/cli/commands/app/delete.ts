import { string as stringArg } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import { waitFlag, waitMsOf } from '../../flags/wait-flags.js'

export default class AppDelete extends WashiCommand {
  static override summary = 'Delete applications, or one version of one; what runs of them is taken down.'
  static override aliases = ['app:del']
  static override args = {
    name: stringArg({ description: 'Name of the application, or its manifest.' }),
    version: stringArg({ description: 'One version only.' }),
  }
  static override flags = {
    ...latticeFlags,
    ...waitFlag(30_000),
    'all-undeployed': boolean({
      summary: 'Delete every application that is not deployed.',
      exclusive: ['all'],
    }),
    all: boolean({ summary: 'Delete every application, deployed ones too.' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(AppDelete)
    const { withApplications } = await import('../../with-applications.js')
    const { checkChoice, chosenVersions } = await import('../../application-name.js')
    const { deleteApplications } = await import('../../../apps/deploy/undeploy-application.js')
    const { renderDeleted, toDeletedDocument } = await import('../../render/deleted.js')
    const all = flags.all ? 'all' : flags['all-undeployed'] ? 'undeployed' : undefined
    checkChoice({ name: args.name, all })
    const deleted = await withApplications(flags, async (client) =>
      deleteApplications({
        client,
        applications: await chosenVersions(client, { ...args, all }),
        waitMs: waitMsOf(flags),
        signal: this.interruption,
      }),
    )
    const isOne = all === undefined
    return this.finish(flags.output, toDeletedDocument(deleted, isOne), renderDeleted(deleted, isOne))
  }
}
