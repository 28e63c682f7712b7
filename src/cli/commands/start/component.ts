import { string as stringArg } from '@oclif/core/args'
import { boolean, integer } from '@oclif/core/flags'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import {
  effectTimeoutFlag,
  instanceAliases,
  onHostFlags,
  placementFlags,
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
    ...effectTimeoutFlag(10_000),
    'max-instances': integer({
      aliases: instanceAliases,
      default: 1,
      min: 1,
      summary: 'Calls answered at a time.',
    }),
    'allow-update': boolean({ summary: 'Replace a component of that id by this one.' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(StartComponent)
    const { withLattice } = await import('../../with-lattice.js')
    const { startComponent } = await import('../../../lattice/operations/start-component.js')
    const { resolveReference } = await import('../../../component/references/resolve-reference.js')
    const [id, ref] = [args['component-id'], await resolveReference(args['component-ref'], process.cwd())]
    const hostId = await withLattice(flags, (lattice) =>
      startComponent(lattice, {
        componentId: id,
        componentRef: ref,
        host: flags['host-id'],
        constraints: parseKeyValues(flags.constraint),
        maxInstances: flags['max-instances'],
        config: flags.config,
        allowUpdate: flags['allow-update'],
        waitMs: flags['skip-wait'] ? 0 : flags['wait-timeout-ms'],
      }),
    )
    const result = { component_id: id, component_ref: ref, host_id: hostId }
    const text = flags['skip-wait']
      ? `Start component [${ref}] request received on host [${hostId}]`
      : `Component [${id}] (ref: [${ref}]) started on host [${hostId}]`
    return this.finish(flags.output, result, text)
  }
}
