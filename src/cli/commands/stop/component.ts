import { string as stringArg } from '@oclif/core/args'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import { effectFlags, onHostFlags, waitOf } from '../../flags/lifecycle-flags.js'

export default class StopComponent extends WashiCommand {
  static override summary = 'Stop a component, and wait until it is gone.'
  static override args = {
    'component-id': stringArg({
      required: true,
      description: 'Its id in the lattice, or the beginning of it.',
    }),
  }
  static override flags = { ...latticeFlags, ...onHostFlags, ...effectFlags(10_000) }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(StopComponent)
    const { parseComponentId } = await import('../../../lattice/ids.js')
    const { withLattice } = await import('../../with-lattice.js')
    const { stopComponent } = await import('../../../lattice/operations/stop-component.js')
    const { showWait } = await import('../../show-wait.js')
    const choice = { id: parseComponentId(args['component-id']), isPrefixEnough: true }
    const waitMs = waitOf(flags)
    const stopped = withLattice(flags, (lattice) =>
      stopComponent(lattice, { ...choice, host: flags['host-id'], waitMs }),
    )
    const { id, hosts } = await showWait(
      this.terminal,
      `Waiting until component "${choice.id}" is gone`,
      stopped,
    )
    const result = waitMs === 0 ? `Request to stop component [${id}] received` : `Component [${id}] stopped`
    return this.finish(flags.output, { result, component_id: id, host_id: hosts[0], host_ids: hosts }, result)
  }
}
