import { string as stringArg } from '@oclif/core/args'
import { string } from '@oclif/core/flags'
import { WashiCommand } from '../base-command.js'

export default class Wit2Wadm extends WashiCommand {
  static override summary = 'Derive the manifest of an application from a component or from WIT.'
  static override description =
    'Prints YAML to standard output; every import and export of the component is accounted for in it. What no provider is known for is a commented link there, and a warning on standard error.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> build/hello.wasm > wadm.yaml',
    '<%= config.bin %> <%= command.id %> wit hello --image file://./build/hello.wasm > wadm.yaml',
  ]
  static override args = {
    component: stringArg({
      required: true,
      description: 'The .wasm file; or a .wit file, or a folder of them with deps.',
    }),
    world: stringArg({ description: 'World of the WIT. [default: the only one]' }),
  }
  static override flags = {
    name: string({ summary: 'Name of the application. [default: that of the file or world]' }),
    image: string({ summary: 'Reference of the component. [default: its file; for WIT, build/NAME.wasm]' }),
    description: string({ summary: 'Description of the application.' }),
    'app-version': string({ summary: 'Version of the application. [default: each deploy makes its own]' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Wit2Wadm)
    const { readWorld } = await import('../../component/read-world.js')
    const { deriveManifest } = await import('../../apps/wit2wadm/derive-manifest.js')
    const { nameOfWorld, imageOfWorld } = await import('../component-file.js')
    const world = await readWorld(args.component, args.world)
    const derived = deriveManifest({
      world,
      name: flags.name ?? nameOfWorld(args.component, world),
      image: flags.image ?? imageOfWorld(args.component, { world, folder: process.cwd() }),
      description: flags.description,
      version: flags['app-version'],
    })
    for (const warning of derived.warnings) {
      this.terminal.printError(`${this.terminal.err.yellow('warning:')} ${warning}`)
    }
    const result = { manifest: derived.text, warnings: derived.warnings }
    return this.finish(flags.output, result, derived.text.trimEnd())
  }
}
