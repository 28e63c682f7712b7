import { string as stringArg } from '@oclif/core/args'
import { integer } from '@oclif/core/flags'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import { effectFlags, waitOf } from '../../flags/lifecycle-flags.js'

export default class StopHost extends WashiCommand {
  static override summary = 'Stop a host, and wait until it has stopped.'
  static override args = { 'host-id': stringArg({ required: true, description: 'Its full id.' }) }
  static override flags = {
    ...latticeFlags,
    ...effectFlags(20_000),
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
    const { showWait } = await import('../../show-wait.js')
    const [graceMs, waitMs] = [flags['host-timeout'], waitOf(flags)]
    const stopped = withLattice(flags, (lattice) => stopHost(lattice, { hostId, graceMs, waitMs }))
    await showWait(this.terminal, `Waiting until host ${hostId} has stopped`, stopped)
    const result = waitMs === 0 ? `Host ${hostId} acknowledged stop request` : `Host ${hostId} has stopped`
    return this.finish(flags.output, { result, host_id: hostId }, result)
  }
}
