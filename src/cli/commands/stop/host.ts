import { string as stringArg } from '@oclif/core/args'
import { integer } from '@oclif/core/flags'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import { effectTimeoutFlag } from '../../flags/lifecycle-flags.js'

export default class StopHost extends WashiCommand {
  static override summary = 'Stop a host, and wait until it has stopped.'
  static override args = { 'host-id': stringArg({ required: true, description: 'Its full id.' }) }
  static override flags = {
    ...latticeFlags,
    ...effectTimeoutFlag(20_000),
    'host-timeout': integer({
      default: 2000,
      min: 0,
      summary: 'Milliseconds that running calls get to end.',
    }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(StopHost)
    const { parseHostId } = await import('../../../lattice/ids.js')
    const hostId = parseHostId(args['host-id'])
    const { withLattice } = await import('../../with-lattice.js')
    const { stopHost } = await import('../../../lattice/operations/stop-host.js')
    const [graceMs, waitMs] = [flags['host-timeout'], flags['wait-timeout-ms']]
    await withLattice(flags, (lattice) => stopHost(lattice, { hostId, graceMs, waitMs }))
    return this.finish(flags.output, { host_id: hostId }, `Host ${hostId} has stopped`)
  }
}
