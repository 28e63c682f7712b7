import { string as stringArg } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import { waitFlag } from '../../flags/wait-flags.js'

export default class AppDeploy extends WashiCommand {
  static override summary = 'Deploy an application, and wait until it runs.'
  static override description =
    'APPLICATION is a manifest (YAML or JSON; "-" reads it from standard input) or the name of an application that is stored. Returns when every part runs and its addresses listen, or says why they do not.'
  static override args = {
    application: stringArg({
      required: true,
      description: 'Manifest, "-", or name of a stored application.',
    }),
    version: stringArg({ description: 'Version of a stored application. [default: the last one put]' }),
  }
  static override flags = {
    ...latticeFlags,
    ...waitFlag(60_000),
    replace: boolean({
      summary: 'Delete the version of the manifest first, if it is stored.',
      env: 'WASHI_REPLACE',
    }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(AppDeploy)
    const { deployApplication } = await import('../../../apps/deploy/deploy-application.js')
    const { withApplications } = await import('../../with-applications.js')
    const { readDeploySource } = await import('../../deploy-source.js')
    const { createDeployReport, renderDeployed } = await import('../../render/app.js')
    const source = await readDeploySource(args.application, args.version)
    const progress = this.terminal.createProgress()
    const report = createDeployReport(progress)
    try {
      const deployment = await withApplications(flags, (client) =>
        deployApplication({
          client,
          source,
          waitMs: flags['wait-ms'],
          replace: flags.replace,
          signal: this.interruption,
          onProgress: report,
        }),
      )
      progress.done()
      const { name, version, urls, status } = deployment
      const result = {
        deployed: true,
        model_name: name,
        model_version: version,
        urls,
        status: status.status.type,
      }
      return this.finish(flags.output, result, renderDeployed(deployment))
    } finally {
      progress.fail()
    }
  }
}
