import { string as stringArg } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import { manifestFlags, manifestVariables } from '../../flags/manifest-flags.js'
import { waitFlag, waitMsOf } from '../../flags/wait-flags.js'
import { typedArguments } from '../../typed-arguments.js'

export default class AppDeploy extends WashiCommand {
  static override summary = 'Deploy applications, and wait until they run.'
  static override description =
    'APPLICATION is a manifest (YAML or JSON: a file, a pattern of files, a URL, "-" for standard input; one or more of them) or the name of an application that is stored. Returns when every part runs and its addresses listen, or says why they do not.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> wadm.yaml',
    "<%= config.bin %> <%= command.id %> 'apps/*.yaml'",
    '<%= config.bin %> <%= command.id %> hello v0.0.1',
  ]
  static override strict = false
  static override args = {
    application: stringArg({
      required: true,
      description: 'Manifests, "-", or name of a stored application.',
    }),
    version: stringArg({ description: 'Version of a stored application. [default: the last one put]' }),
  }
  static override flags = {
    ...latticeFlags,
    ...waitFlag(60_000),
    ...manifestFlags,
    replace: boolean({
      summary: 'Delete the version of the manifest first, if it is stored.',
      env: 'WASHI_REPLACE',
    }),
  }

  async run(): Promise<object> {
    const { flags, raw } = await this.parse(AppDeploy)
    const { deployApplications, prepareSources } = await import('../../../apps/deploy/deploy-applications.js')
    const { withApplications } = await import('../../with-applications.js')
    const { readDeploySources } = await import('../../app-sources.js')
    const { createDeployReport } = await import('../../render/deploy-report.js')
    const { finishOutcomes } = await import('../../render/deploy-outcomes.js')
    const sources = await readDeploySources(typedArguments({ raw }))
    const prepared = await prepareSources(sources, { variables: manifestVariables(flags) })
    const report = createDeployReport(this.terminal)
    try {
      const outcomes = await withApplications(flags, (client) =>
        deployApplications(prepared, {
          client,
          waitMs: waitMsOf(flags),
          replace: flags.replace,
          signal: this.interruption,
          onProgress: (step) => report.onProgress(step),
        }),
      )
      report.close()
      const { result, text } = finishOutcomes(outcomes)
      return this.finish(flags.output, result, text)
    } finally {
      report.close()
    }
  }
}
