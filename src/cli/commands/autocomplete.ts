import { string as stringArg } from '@oclif/core/args'
import { string } from '@oclif/core/flags'
import { WashiCommand } from '../base-command.js'
import { completionFiles, loadLines, shells, shellScript } from '../complete/shell-script.js'

export default class Autocomplete extends WashiCommand {
  static override summary = 'Print the completion script of a shell, or write it to a folder.'
  static override description = `Commands, flags and what the lattice has: components, providers, hosts, links, applications, functions.
  ${shells.map((shell) => loadLines[shell]).join('\n  ')}`
  static override aliases = ['completions']
  static override args = {
    shell: stringArg({ required: true, options: [...shells], description: 'bash, zsh or fish.' }),
  }
  static override flags = {
    dir: string({ char: 'd', summary: 'Folder to write it to, under the name that the shell looks for.' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Autocomplete)
    const shell = shells.find((name) => name === args.shell) ?? 'bash'
    const script = shellScript(shell)
    if (flags.dir === undefined) return this.finish(flags.output, { script }, script.trimEnd())
    const { writeNewFile } = await import('../write-new-file.js')
    const path = await writeNewFile(flags.dir, completionFiles[shell], script)
    return this.finish(flags.output, { path }, `Generated completion file: ${path}`)
  }
}
