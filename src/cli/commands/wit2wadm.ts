import { string as stringArg } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import { WashiCommand } from '../base-command.js'
import { typedArguments } from '../typed-arguments.js'

export default class Wit2Wadm extends WashiCommand {
  static override summary = 'Derive the manifest of an application from components or from WIT.'
  static override description =
    'Prints YAML to standard output; every import and export is accounted for in it, and each choice explained in a comment. Several components are linked to each other before providers are looked for. What no provider is known for is a commented link there, and a warning on standard error.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> build/hello.wasm > wadm.yaml',
    '<%= config.bin %> <%= command.id %> wit hello --image file://./build/hello.wasm > wadm.yaml',
    '<%= config.bin %> <%= command.id %> build/ping.wasm build/pong.wasm --name pingpong > wadm.yaml',
    '<%= config.bin %> <%= command.id %> build/hello.wasm --into wadm.yaml',
  ]
  static override strict = false
  static override args = {
    component: stringArg({
      required: true,
      description: 'The .wasm file or reference, one or more; or a .wit file, or a folder of them with deps.',
    }),
    world: stringArg({ description: 'World of the WIT. [default: the only one]' }),
  }
  static override flags = {
    name: string({ summary: 'Name of the application. [default: that of the first file or world]' }),
    image: string({ summary: 'Reference of the component. [default: its file; for WIT, build/NAME.wasm]' }),
    description: string({ summary: 'Description of the application.' }),
    'app-version': string({ summary: 'Version of the application. [default: each deploy makes its own]' }),
    provider: string({
      multiple: true,
      multipleNonGreedy: true,
      default: [],
      summary:
        'Provider for a package or an interface: NS:PKG=REFERENCE, NS:PKG/IFACE=REFERENCE; repeat it for more.',
    }),
    into: string({ summary: 'Add what is missing to this manifest, and leave the rest of it as it is.' }),
    check: boolean({
      summary: 'Change nothing: fail where the manifest of --into and the components disagree.',
      dependsOn: ['into'],
    }),
  }

  async run(): Promise<object> {
    const { flags, raw } = await this.parse(Wit2Wadm)
    const { parseProviderChoice, readSourceComponents } = await import('../wit2wadm-sources.js')
    const { writeDerived } = await import('../write-derived.js')
    const components = await readSourceComponents(typedArguments({ raw }), {
      name: flags.name,
      image: flags.image,
      folder: process.cwd(),
    })
    const outcome = await writeDerived({
      application: {
        name: flags.name ?? components[0]?.name ?? '',
        components,
        providers: flags.provider.map(parseProviderChoice),
        description: flags.description,
        version: flags['app-version'],
      },
      into: flags.into,
      isCheck: flags.check,
    })
    for (const warning of outcome.warnings) {
      this.terminal.printError(`${this.terminal.err.yellow('warning:')} ${warning}`)
    }
    return this.finish(flags.output, outcome.result, outcome.text)
  }
}
