import { string as stringArg } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import { manifestFlags, manifestVariables } from '../../flags/manifest-flags.js'

export default class AppDiff extends WashiCommand {
  static override summary = 'Say what deploying a manifest, or another version, would start, stop and change.'
  static override description =
    'Compares what is deployed with a manifest, or with a stored version; with two versions, the first with the second.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> wadm.yaml',
    '<%= config.bin %> <%= command.id %> hello v0.0.2',
    '<%= config.bin %> <%= command.id %> hello v0.0.1 v0.0.2',
  ]
  static override args = {
    application: stringArg({
      required: true,
      description: 'Manifest, "-", or name of a stored application.',
    }),
    version: stringArg({ description: 'Version to compare with. [default: the last one put]' }),
    'to-version': stringArg({ description: 'A second version: the first is compared with it.' }),
  }
  static override flags = {
    ...latticeFlags,
    ...manifestFlags,
    'exit-code': boolean({ summary: 'Exit with 1 where something would change.' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(AppDiff)
    const { withApplications } = await import('../../with-applications.js')
    const { readDiffRequest } = await import('../../app-sources.js')
    const { readBothSides } = await import('../../../apps/diff/read-both-sides.js')
    const { diffApplications } = await import('../../../apps/diff/diff-applications.js')
    const { renderChanges } = await import('../../render/changes.js')
    const request = await readDiffRequest(args.application, [args.version, args['to-version']])
    const sides = await withApplications(flags, (client) =>
      readBothSides(client, { ...request, variables: manifestVariables(flags) }),
    )
    const changes = diffApplications(sides.before, sides.after)
    if (flags['exit-code'] && changes.length > 0) process.exitCode = 1
    const { name, beforeLabel: from, afterLabel: to } = sides
    return this.finish(
      flags.output,
      { name, from, to, changes },
      renderChanges(sides, changes, this.terminal.out),
    )
  }
}
