import { string as stringArg } from '@oclif/core/args'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'

export default class GetInventory extends WashiCommand {
  static override summary = 'List what hosts run: components, providers, labels.'
  static override aliases = ['get:inventories']
  static override args = { 'host-id': stringArg({ description: 'One host only: its id.' }) }
  static override flags = latticeFlags

  async run(): Promise<object> {
    const { args, flags } = await this.parse(GetInventory)
    const { withLattice } = await import('../../with-lattice.js')
    const { getInventories } = await import('../../../lattice/operations/get-inventories.js')
    const { renderInventories } = await import('../../render/lattice.js')
    const inventories = await withLattice(flags, ({ control }) => getInventories(control, args['host-id']))
    return this.finish(flags.output, { inventories }, renderInventories(inventories))
  }
}
