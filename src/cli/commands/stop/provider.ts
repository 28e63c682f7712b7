import { string as stringArg } from '@oclif/core/args'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import { effectFlags, onHostFlags, waitOf } from '../../flags/lifecycle-flags.js'

export default class StopProvider extends WashiCommand {
  static override summary = 'Stop a provider, and wait until it is gone.'
  static override args = {
    'provider-id': stringArg({
      required: true,
      description: 'Its id in the lattice, or the beginning of it.',
    }),
  }
  static override flags = { ...latticeFlags, ...onHostFlags, ...effectFlags(10_000) }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(StopProvider)
    const { parseProviderId } = await import('../../../lattice/ids.js')
    const { withLattice } = await import('../../with-lattice.js')
    const { stopProvider } = await import('../../../lattice/operations/stop-provider.js')
    const { showWait } = await import('../../show-wait.js')
    const choice = { id: parseProviderId(args['provider-id']), isPrefixEnough: true }
    const waitMs = waitOf(flags)
    const stopped = withLattice(flags, (lattice) =>
      stopProvider(lattice, { ...choice, host: flags['host-id'], waitMs }),
    )
    const { id, hosts } = await showWait(
      this.terminal,
      `Waiting until provider "${choice.id}" is gone`,
      stopped,
    )
    const result =
      waitMs === 0 ? `Provider ${id} stop request received` : `Provider [${id}] stopped successfully`
    return this.finish(flags.output, { result, provider_id: id, host_id: hosts[0], host_ids: hosts }, result)
  }
}
