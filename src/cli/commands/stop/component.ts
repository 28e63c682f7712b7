import { string as stringArg } from '@oclif/core/args'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import { effectTimeoutFlag, onHostFlags } from '../../flags/lifecycle-flags.js'

export default class StopComponent extends WashiCommand {
  static override summary = 'Stop a component, and wait until it is gone.'
  static override args = {
    'component-id': stringArg({ required: true, description: 'Its id in the lattice.' }),
  }
  static override flags = { ...latticeFlags, ...onHostFlags, ...effectTimeoutFlag(10_000) }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(StopComponent)
    const { withLattice } = await import('../../with-lattice.js')
    const { stopComponent } = await import('../../../lattice/operations/stop-component.js')
    const id = args['component-id']
    const waitMs = flags['skip-wait'] ? 0 : flags['wait-timeout-ms']
    const hosts = await withLattice(flags, (lattice) =>
      stopComponent(lattice, { id, host: flags['host-id'], waitMs }),
    )
    const result = { component_id: id, host_id: hosts[0], host_ids: hosts }
    const text = waitMs === 0 ? `Request to stop component [${id}] received` : `Component [${id}] stopped`
    return this.finish(flags.output, result, text)
  }
}
