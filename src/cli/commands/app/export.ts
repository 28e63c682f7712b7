import { string } from '@oclif/core/flags'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'

export default class AppExport extends WashiCommand {
  static override summary = 'Print a manifest of what runs on the lattice.'
  static override description =
    'Every component and provider keeps its id, with its links and their configuration; references to secrets stay references. What the lattice does not tell is a warning on standard error.'
  static override flags = {
    ...latticeFlags,
    name: string({ summary: 'Name of the application.', default: 'exported' }),
  }

  async run(): Promise<object> {
    const { flags } = await this.parse(AppExport)
    const { withLattice } = await import('../../with-lattice.js')
    const { ApplicationsClient } = await import('../../../apps/api/applications-client.js')
    const { exportManifest } = await import('../../../apps/export/export-manifest.js')
    const { readRunningLattice } = await import('../../../apps/export/read-running.js')
    const { encodeManifest } = await import('../../../apps/manifest/encode-manifest.js')
    const { manifestToYaml } = await import('../../../apps/manifest/manifest-to-yaml.js')
    const running = await withLattice(flags, ({ connection, control }) =>
      readRunningLattice(control, new ApplicationsClient(connection)),
    )
    const { manifest, warnings } = exportManifest(flags.name, running)
    for (const warning of warnings) {
      this.terminal.printError(`${this.terminal.err.yellow('warning:')} ${warning}`)
    }
    const application = encodeManifest(manifest)
    return this.finish(flags.output, { application, warnings }, manifestToYaml(application).trimEnd())
  }
}
