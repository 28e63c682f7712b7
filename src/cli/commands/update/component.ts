import { string as stringArg } from '@oclif/core/args'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import { effectTimeoutFlag, onHostFlags } from '../../flags/lifecycle-flags.js'

export default class UpdateComponent extends WashiCommand {
  static override summary = 'Replace the code of a running component, and wait until the new one runs.'
  static override args = {
    'component-id': stringArg({ required: true, description: 'Its id in the lattice.' }),
    'new-component-ref': stringArg({ required: true, description: 'File or image of the new code.' }),
  }
  static override flags = { ...latticeFlags, ...onHostFlags, ...effectTimeoutFlag(10_000) }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(UpdateComponent)
    const { withLattice } = await import('../../with-lattice.js')
    const { updateComponent } = await import('../../../lattice/operations/update-component.js')
    const { resolveReference } = await import('../../../component/references/resolve-reference.js')
    const [id, ref] = [args['component-id'], await resolveReference(args['new-component-ref'], process.cwd())]
    const { hostId, from, isChanged } = await withLattice(flags, (lattice) =>
      updateComponent(lattice, {
        componentId: id,
        componentRef: ref,
        host: flags['host-id'],
        waitMs: flags['skip-wait'] ? 0 : flags['wait-timeout-ms'],
      }),
    )
    const text = isChanged
      ? `Component [${id}] updated from [${from}] to [${ref}] on host [${hostId}]`
      : `Component ${id} already updated to ${ref} on host [${hostId}]`
    const result = { host_id: hostId, component_id: id, component_ref: ref, changed: isChanged }
    return this.finish(flags.output, result, text)
  }
}
