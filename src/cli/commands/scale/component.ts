import { string as stringArg } from '@oclif/core/args'
import { boolean, integer, string } from '@oclif/core/flags'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import { effectTimeoutFlag, instanceAliases } from '../../flags/lifecycle-flags.js'
import { parseKeyValues } from '../../key-values.js'

const unbounded = 0xffff_ffff

export default class ScaleComponent extends WashiCommand {
  static override summary = 'Change how many calls of a component a host answers at a time; 0 stops it.'
  static override args = {
    'host-id': stringArg({ required: true, description: 'Host: its id or a part of its friendly name.' }),
    'component-ref': stringArg({ required: true, description: 'File or image of the component.' }),
    'component-id': stringArg({ required: true, description: 'Its id in the lattice.' }),
  }
  static override flags = {
    ...latticeFlags,
    ...effectTimeoutFlag(10_000),
    'max-instances': integer({
      char: 'c',
      aliases: instanceAliases,
      default: unbounded,
      min: 0,
      max: unbounded,
      summary: 'Calls answered at a time.',
    }),
    annotations: string({
      char: 'a',
      multiple: true,
      multipleNonGreedy: true,
      default: [],
      summary: 'key=value',
    }),
    config: string({ multiple: true, multipleNonGreedy: true, default: [], summary: 'Named configuration.' }),
    'skip-wait': boolean({ summary: 'Return once the host has accepted the request.' }),
    'allow-update': boolean({ summary: 'Replace a component of that id by this one.' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ScaleComponent)
    const { withLattice } = await import('../../with-lattice.js')
    const { findHost } = await import('../../../lattice/operations/find-host.js')
    const { scaleComponent } = await import('../../../lattice/operations/scale-component.js')
    const { resolveReference } = await import('../../../component/references/resolve-reference.js')
    const [id, ref] = [args['component-id'], await resolveReference(args['component-ref'], process.cwd())]
    const max = flags['max-instances']
    const hostId = await withLattice(flags, async (lattice) => {
      const found = await findHost(lattice.control, args['host-id'])
      await scaleComponent(lattice, {
        hostId: found,
        componentId: id,
        componentRef: ref,
        maxInstances: max,
        annotations: parseKeyValues(flags.annotations),
        config: flags.config,
        allowUpdate: flags['allow-update'],
        waitMs: flags['skip-wait'] ? 0 : flags['wait-timeout-ms'],
      })
      return found
    })
    const to = max === unbounded ? 'unbounded concurrency' : `${max} max concurrent instances`
    const text = `Component [${id}] (ref: [${ref}]) scaled on host [${hostId}] to ${to}`
    return this.finish(flags.output, { host_id: hostId, component_id: id, component_ref: ref }, text)
  }
}
