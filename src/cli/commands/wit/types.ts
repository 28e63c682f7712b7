import { string as stringArg } from '@oclif/core/args'
import { string } from '@oclif/core/flags'
import { WashiCommand } from '../../base-command.js'

export default class WitTypes extends WashiCommand {
  static override summary = 'Make the TypeScript of a provider from its WIT.'
  static override description =
    'Writes a module with types for what the world exports (the provider serves it) and imports (it calls that), and with what washi/provider needs to serve and to call it.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> wit --out src/generated/world.ts',
    '<%= config.bin %> <%= command.id %> wit --world provider > world.ts',
  ]
  static override args = {
    wit: stringArg({ default: 'wit', description: 'A .wit file, or a folder of them with deps.' }),
  }
  static override flags = {
    world: string({ summary: 'World of the WIT. [default: the only one]' }),
    out: string({ summary: 'File to write. [default: standard output]' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(WitTypes)
    const { writeProviderTypes } = await import('../../../project/write-provider-types.js')
    const { text, file } = await writeProviderTypes({
      wit: args.wit,
      world: flags.world,
      out: flags.out,
      folder: process.cwd(),
    })
    if (file === undefined) return this.finish(flags.output, { text }, text.trimEnd())
    return this.finish(flags.output, { file }, `Wrote ${file}`)
  }
}
