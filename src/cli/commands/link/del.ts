import { string as stringArg } from '@oclif/core/args'
import { string } from '@oclif/core/flags'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import { renderLinkDeleted } from '../../render/link.js'

export default class LinkDel extends WashiCommand {
  static override summary = 'Delete a link.'
  static override aliases = ['link:delete', 'links:del', 'links:delete']
  static override args = {
    'source-id': stringArg({ required: true, description: 'Source of the link.' }),
    'wit-namespace': stringArg({ required: true, description: 'Namespace of its interfaces: wasi' }),
    'wit-package': stringArg({ required: true, description: 'Package of its interfaces: http' }),
  }
  static override flags = {
    ...latticeFlags,
    'link-name': string({ char: 'l', summary: 'Name of the link. [default: the only one there is]' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(LinkDel)
    const { withLattice } = await import('../../with-lattice.js')
    const { deleteLink } = await import('../../../lattice/operations/delete-link.js')
    const key = {
      source_id: args['source-id'],
      wit_namespace: args['wit-namespace'],
      wit_package: args['wit-package'],
      name: flags['link-name'],
    }
    const deleted = await withLattice(flags, ({ control }) => deleteLink(control, key))
    const { name, ...rest } = deleted
    return this.finish(flags.output, { ...rest, link_name: name }, renderLinkDeleted(deleted))
  }
}
