import { string as stringArg } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import { WashiCommand } from '../base-command.js'

export default class Inspect extends WashiCommand {
  static override summary = 'Say what a component imports and exports, and what satisfies its imports.'
  static override args = { component: stringArg({ required: true, description: 'The .wasm file.' }) }
  static override flags = {
    wit: boolean({ aliases: ['world'], summary: 'Print its world as WIT.', exclusive: ['dump'] }),
    dump: boolean({ summary: "Print the JavaScript that washi's linker generates for it." }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Inspect)
    const { readComponent } = await import('../../component/read-component.js')
    const { bytes, world } = await readComponent(args.component)
    if (flags.dump) {
      const { prepareComponent } = await import('../../host/engine/linker/prepare-component.js')
      const { dumpSource } = await import('../../host/engine/linker/dump-source.js')
      const source = dumpSource(prepareComponent(bytes))
      return this.finish(flags.output, { source }, source.trimEnd())
    }
    if (flags.wit) {
      const { printWorld } = await import('../../wit/print-world.js')
      const wit = printWorld(world)
      return this.finish(flags.output, { wit }, wit.trimEnd())
    }
    const { renderWorld, toWorldDocument } = await import('../render/world.js')
    const { explainImports } = await import('../../host/engine/explain-imports.js')
    const inspected = { world, bytes: bytes.length, imports: explainImports(world) }
    return this.finish(flags.output, toWorldDocument(inspected), renderWorld(inspected))
  }
}
