import { string as stringArg } from '@oclif/core/args'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import { manifestFlags, manifestVariables } from '../../flags/manifest-flags.js'
import { typedArguments } from '../../typed-arguments.js'

export default class AppPut extends WashiCommand {
  static override summary = 'Store manifests without running anything of them.'
  static override strict = false
  static override args = {
    source: stringArg({
      description: 'Manifests: files, patterns of files, URLs. [default: "-", standard input]',
    }),
  }
  static override flags = { ...latticeFlags, ...manifestFlags }

  async run(): Promise<object> {
    const { flags, raw } = await this.parse(AppPut)
    const { prepareManifests, putApplications } = await import('../../../apps/deploy/put-applications.js')
    const { withApplications } = await import('../../with-applications.js')
    const { readManifestSources } = await import('../../app-sources.js')
    const sources = await readManifestSources(typedArguments({ raw }))
    const prepared = await prepareManifests(sources, { variables: manifestVariables(flags) })
    const put = await withApplications(flags, (client) => putApplications(client, prepared))
    const documents = put.map(({ name, version }) => ({
      deployed: true, // sic: wash says so too
      model_name: name,
      model_version: version,
    }))
    const text = put.map(({ name, version, note }) =>
      [`Put application "${name}", version "${version}"`, ...note].join('\n  '),
    )
    const [only = {}] = documents
    return this.finish(
      flags.output,
      documents.length === 1 ? only : { applications: documents },
      text.join('\n'),
    )
  }
}
