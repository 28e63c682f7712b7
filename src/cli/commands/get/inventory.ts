import { string as stringArg } from '@oclif/core/args'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import { completeWatch, watchFlag } from '../../flags/watch-flag.js'

const defaultIntervalMs = 5_000

export default class GetInventory extends WashiCommand {
  static override summary = 'List what hosts run: components, providers, labels.'
  static override aliases = ['get:inventories']
  static override args = { 'host-id': stringArg({ description: 'One host only: its id.' }) }
  static override flags = { ...latticeFlags, ...watchFlag(defaultIntervalMs) }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(GetInventory, completeWatch(this.argv, defaultIntervalMs))
    const { withLattice } = await import('../../with-lattice.js')
    const { getInventories } = await import('../../../lattice/operations/get-inventories.js')
    const { renderInventories } = await import('../../render/lattice.js')
    const hostId = args['host-id']
    const intervalMs = flags.watch
    if (intervalMs === undefined) {
      const inventories = await withLattice(flags, ({ control }) => getInventories(control, hostId))
      return this.finish(flags.output, { inventories }, renderInventories(inventories))
    }
    const { watch } = await import('../../watch.js')
    const { terminal, interruption: signal } = this
    await withLattice(flags, async ({ control }) => {
      const look = async (): Promise<string> => {
        const inventories = await getInventories(control, hostId)
        return flags.output === 'json' ? JSON.stringify({ inventories }) : renderInventories(inventories)
      }
      await watch({ terminal, intervalMs, signal, look })
    })
    return this.finish(flags.output, {}, 'Completed Watching Inventory')
  }
}
