import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'

export default class LinkQuery extends WashiCommand {
  static override summary = 'List the links of the lattice.'
  static override aliases = ['link:get', 'links:query', 'links:get']
  static override flags = latticeFlags

  async run(): Promise<object> {
    const { flags } = await this.parse(LinkQuery)
    const { withLattice } = await import('../../with-lattice.js')
    const { getLinks } = await import('../../../lattice/operations/get-links.js')
    const { renderLinks } = await import('../../render/lattice.js')
    const links = await withLattice(flags, ({ control }) => getLinks(control))
    return this.finish(flags.output, { links }, renderLinks(links))
  }
}
