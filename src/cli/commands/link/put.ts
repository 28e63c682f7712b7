import { string as stringArg } from '@oclif/core/args'
import { string } from '@oclif/core/flags'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import { renderLinkPut } from '../../render/link.js'

export default class LinkPut extends WashiCommand {
  static override summary = 'Link a source to a target for some interfaces.'
  static override aliases = ['links:put']
  static override args = {
    'source-id': stringArg({ required: true, description: 'Who calls: the id of a component or provider.' }),
    target: stringArg({ required: true, description: 'Who is called.' }),
    'wit-namespace': stringArg({ required: true, description: 'Namespace of the interfaces: wasi' }),
    'wit-package': stringArg({ required: true, description: 'Package of the interfaces: http' }),
  }
  static override flags = {
    ...latticeFlags,
    interface: string({
      aliases: ['interfaces'],
      multiple: true,
      multipleNonGreedy: true,
      required: true,
      summary: 'An interface of the package; repeat it for more.',
    }),
    'source-config': string({
      multiple: true,
      multipleNonGreedy: true,
      default: [],
      summary: "Named config of the source's end.",
    }),
    'target-config': string({
      multiple: true,
      multipleNonGreedy: true,
      default: [],
      summary: "Named config of the target's end.",
    }),
    'link-name': string({ char: 'l', default: 'default', summary: 'Name of the link.' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(LinkPut)
    const { withLattice } = await import('../../with-lattice.js')
    const { putLink } = await import('../../../lattice/operations/put-link.js')
    const link = {
      source_id: args['source-id'],
      target: args.target,
      name: flags['link-name'],
      wit_namespace: args['wit-namespace'],
      wit_package: args['wit-package'],
      interfaces: flags.interface,
      source_config: flags['source-config'],
      target_config: flags['target-config'],
    }
    const outcome = await withLattice(flags, (lattice) => putLink(lattice, link))
    const result = { source_id: link.source_id, target: link.target, state: outcome.state }
    return this.finish(flags.output, result, renderLinkPut(link, outcome))
  }
}
