import { readFile } from 'node:fs/promises'
import { string as stringArg } from '@oclif/core/args'
import { WashiCommand } from '../base-command.js'
import type { CommandTable } from '../complete/command-table.js'
import { typedArguments } from '../typed-arguments.js'

export default class CompleteLine extends WashiCommand {
  static override summary = 'Print candidates for the last of the words; for completion scripts.'
  static override hidden = true
  static override strict = false
  static override args = { word: stringArg({ description: 'What was typed behind washi.' }) }

  async run(): Promise<object> {
    const { flags, raw } = await this.parse(CompleteLine)
    const { complete } = await import('../complete/complete.js')
    const { liveValues } = await import('../complete/live-values.js')
    const manifest = await readFile(`${this.config.root}/oclif.manifest.json`, 'utf8')
    const { commands } = JSON.parse(manifest) as { readonly commands: CommandTable } // written by our own build
    const candidates = await complete(commands, typedArguments({ raw }), liveValues)
    return this.finish(flags.output, { candidates }, candidates.join('\n'))
  }
}
