import { string as stringArg } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import { AppError } from '../../../core/errors.js'
import { WashiCommand } from '../../base-command.js'
import type { OutputFormat } from '../../argv.js'
import { latticeFlags, type LatticeFlags } from '../../flags/lattice-flags.js'
import { renderLinkDeleted, renderLinksDeleted } from '../../render/link.js'

export default class LinkDel extends WashiCommand {
  static override summary = 'Delete a link, all links to a target, or all links.'
  static override aliases = ['link:delete', 'links:del', 'links:delete']
  static override args = {
    'source-id': stringArg({ description: 'Source of the link.' }),
    'wit-namespace': stringArg({ description: 'Namespace of its interfaces: wasi' }),
    'wit-package': stringArg({ description: 'Package of its interfaces: http' }),
  }
  static override flags = {
    ...latticeFlags,
    'link-name': string({ char: 'l', summary: 'Name of the link. [default: the only one there is]' }),
    target: string({ summary: 'Delete every link to this target, or those of SOURCE-ID to it.' }),
    all: boolean({ summary: 'Delete every link of the lattice.', exclusive: ['target', 'link-name'] }),
    force: boolean({ summary: 'Do not ask.' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(LinkDel)
    if (flags.all || flags.target !== undefined) {
      return await this.#deleteMany(flags, { source: args['source-id'], target: flags.target })
    }
    const source_id = required(args['source-id'], 'SOURCE-ID, WIT-NAMESPACE, WIT-PACKAGE')
    const wit_namespace = required(args['wit-namespace'], 'WIT-NAMESPACE, WIT-PACKAGE')
    const wit_package = required(args['wit-package'], 'WIT-PACKAGE')
    const { withLattice } = await import('../../with-lattice.js')
    const { deleteLink } = await import('../../../lattice/operations/delete-link.js')
    const key = { source_id, wit_namespace, wit_package, name: flags['link-name'] }
    const deleted = await withLattice(flags, ({ control }) => deleteLink(control, key))
    const { name, ...rest } = deleted
    return this.finish(flags.output, { ...rest, link_name: name }, renderLinkDeleted(deleted))
  }

  async #deleteMany(
    flags: DeleteManyFlags,
    choice: { readonly source: string | undefined; readonly target: string | undefined },
  ): Promise<object> {
    const { withLattice } = await import('../../with-lattice.js')
    const { deleteLinks, findLinks } = await import('../../../lattice/operations/delete-link.js')
    const { confirmDeletion } = await import('../../confirm-deletion.js')
    const deleted = await withLattice(flags, async ({ control }) => {
      const links = await findLinks(control, choice)
      if (links.length > 0 && !flags.force) {
        await confirmDeletion(`${links.length} links`, { interactive: this.terminal.interactive })
      }
      await deleteLinks(control, links)
      return links
    })
    return this.finish(flags.output, { deleted }, renderLinksDeleted(deleted))
  }
}

interface DeleteManyFlags extends LatticeFlags {
  readonly force: boolean
  readonly output: OutputFormat
}

function required(value: string | undefined, missing: string): string {
  if (value !== undefined) return value
  throw new AppError('USAGE_INVALID', `Missing argument ${missing} for "washi link del"`, {
    hint: 'Run "washi link del --help"',
  })
}
