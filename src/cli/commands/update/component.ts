import { string as stringArg } from '@oclif/core/args'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import { effectFlags, onHostFlags, waitOf } from '../../flags/lifecycle-flags.js'

export default class UpdateComponent extends WashiCommand {
  static override summary = 'Replace the code of a running component, and wait until the new one runs.'
  static override args = {
    'component-id': stringArg({
      required: true,
      description: 'Its id in the lattice, or the beginning of it.',
    }),
    'new-component-ref': stringArg({ required: true, description: 'File or image of the new code.' }),
  }
  static override flags = { ...latticeFlags, ...onHostFlags, ...effectFlags(10_000) }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(UpdateComponent)
    const { parseComponentId } = await import('../../../lattice/ids.js')
    const { withLattice } = await import('../../with-lattice.js')
    const { updateComponent } = await import('../../../lattice/operations/update-component.js')
    const { resolveReference } = await import('../../../component/references/resolve-reference.js')
    const { showWait } = await import('../../show-wait.js')
    const componentId = parseComponentId(args['component-id'])
    const ref = await resolveReference(args['new-component-ref'], process.cwd())
    const where = { host: flags['host-id'], isPrefixEnough: true, waitMs: waitOf(flags) }
    const updated = withLattice(flags, (lattice) =>
      updateComponent(lattice, { componentId, componentRef: ref, ...where }),
    )
    const what = `Waiting until component "${componentId}" runs as ${ref}`
    const { componentId: id, hostId, from, isChanged } = await showWait(this.terminal, what, updated)
    const result = isChanged
      ? `Component [${id}] ${where.waitMs === 0 ? 'updating' : 'updated'} from [${from}] to [${ref}] on host [${hostId}]`
      : `Component ${id} already updated to ${ref} on host [${hostId}]`
    const document = { result, host_id: hostId, component_id: id, component_ref: ref, changed: isChanged }
    return this.finish(flags.output, document, result)
  }
}
