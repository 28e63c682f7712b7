import { string as stringArg } from '@oclif/core/args'
import { boolean, integer } from '@oclif/core/flags'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import {
  effectFlags,
  instanceAliases,
  onHostFlags,
  placementFlags,
  waitOf,
} from '../../flags/lifecycle-flags.js'
import { parseKeyValues } from '../../key-values.js'

export default class StartComponent extends WashiCommand {
  static override summary = 'Start a component on a host, and wait until it runs.'
  static override args = {
    'component-ref': stringArg({ required: true, description: 'File or image of the component.' }),
    'component-id': stringArg({ required: true, description: 'Its id in the lattice.' }),
  }
  static override flags = {
    ...latticeFlags,
    ...onHostFlags,
    ...placementFlags,
    ...effectFlags(10_000),
    'max-instances': integer({
      aliases: instanceAliases,
      default: 1,
      min: 1,
      summary: 'Calls answered at a time.',
    }),
    'allow-update': boolean({ default: false, summary: 'Replace a component of that id by this one.' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(StartComponent)
    const { parseComponentId } = await import('../../../lattice/ids.js')
    const { withLattice } = await import('../../with-lattice.js')
    const { startComponent } = await import('../../../lattice/operations/start-component.js')
    const { resolveReference } = await import('../../../component/references/resolve-reference.js')
    const { showWait } = await import('../../show-wait.js')
    const id = parseComponentId(args['component-id'])
    const ref = await resolveReference(args['component-ref'], process.cwd())
    const constraints = parseKeyValues(flags.constraint)
    const started = withLattice(flags, (lattice) =>
      startComponent(lattice, {
        componentId: id,
        componentRef: ref,
        host: flags['host-id'],
        constraints,
        auctionTimeoutMs: flags['auction-timeout-ms'],
        maxInstances: flags['max-instances'],
        config: flags.config,
        allowUpdate: flags['allow-update'],
        waitMs: waitOf(flags),
      }),
    )
    const hostId = await showWait(this.terminal, `Waiting until component "${id}" runs`, started)
    const result = flags['skip-wait']
      ? `Start component [${ref}] request received on host [${hostId}]`
      : `Component [${id}] (ref: [${ref}]) started on host [${hostId}]`
    const document = { result, component_id: id, component_ref: ref, host_id: hostId }
    return this.finish(flags.output, document, result)
  }
}
