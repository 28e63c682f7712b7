import { string as stringArg } from '@oclif/core/args'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import { effectTimeoutFlag, onHostFlags } from '../../flags/lifecycle-flags.js'

export default class StopProvider extends WashiCommand {
  static override summary = 'Stop a provider, and wait until it is gone.'
  static override args = {
    'provider-id': stringArg({ required: true, description: 'Its id in the lattice.' }),
  }
  static override flags = { ...latticeFlags, ...onHostFlags, ...effectTimeoutFlag(10_000) }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(StopProvider)
    const { withLattice } = await import('../../with-lattice.js')
    const { stopProvider } = await import('../../../lattice/operations/stop-provider.js')
    const id = args['provider-id']
    const waitMs = flags['skip-wait'] ? 0 : flags['wait-timeout-ms']
    const hosts = await withLattice(flags, (lattice) =>
      stopProvider(lattice, { id, host: flags['host-id'], waitMs }),
    )
    const result = { provider_id: id, host_id: hosts[0], host_ids: hosts }
    const text =
      waitMs === 0 ? `Provider [${id}] stop request received` : `Provider [${id}] stopped successfully`
    return this.finish(flags.output, result, text)
  }
}
