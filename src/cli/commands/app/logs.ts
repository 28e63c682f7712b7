import { string as stringArg } from '@oclif/core/args'
import { boolean, integer, string } from '@oclif/core/flags'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'

export default class AppLogs extends WashiCommand {
  static override summary = 'Print what the components and providers of an application have logged.'
  static override description =
    'Reads the log of the lattice that "washi up -d" runs in the background on this machine; hosts elsewhere keep their own.'
  static override args = { name: stringArg({ required: true, description: 'Name of the application.' }) }
  static override flags = {
    ...latticeFlags,
    follow: boolean({ char: 'f', summary: 'Go on with what is logged from now on, until Ctrl-C.' }),
    tail: integer({ char: 'n', summary: 'The last so many records only.', min: 0 }),
    component: string({ summary: 'Of this component of the manifest only.' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(AppLogs)
    const { withApplications } = await import('../../with-applications.js')
    const { ownSessionFiles } = await import('../../own-session-files.js')
    const { readApplicationLog } = await import('../../read-application-log.js')
    const { manifest } = await withApplications(flags, (client) => client.get(args.name))
    const records = await readApplicationLog({
      manifest,
      component: flags.component,
      path: ownSessionFiles().log,
      tail: flags.tail,
      follows: flags.follow,
      signal: this.interruption,
      onRecord: ({ text }) => this.terminal.print(flags.output === 'json' ? JSON.stringify({ text }) : text),
    })
    if (flags.follow) return {}
    return this.finish(flags.output, { records }, records.map(({ text }) => text).join('\n'))
  }
}
