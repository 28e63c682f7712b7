import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'

export default class GetHosts extends WashiCommand {
  static override summary = 'List the hosts of the lattice.'
  static override flags = latticeFlags

  async run(): Promise<object> {
    const { flags } = await this.parse(GetHosts)
    const { withLattice } = await import('../../with-lattice.js')
    const { renderHosts } = await import('../../render/lattice.js')
    const hosts = await withLattice(flags, ({ control }) => control.listHosts())
    return this.finish(flags.output, { hosts }, renderHosts(hosts))
  }
}
