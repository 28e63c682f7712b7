import { string as stringArg } from '@oclif/core/args'
import { boolean, integer, string } from '@oclif/core/flags'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import { effectFlags, instanceAliases, waitOf } from '../../flags/lifecycle-flags.js'
import { parseKeyValues } from '../../key-values.js'

const unbounded = 0xffff_ffff
const many = { multiple: true, multipleNonGreedy: true, default: [] as string[] } as const

export default class ScaleComponent extends WashiCommand {
  static override summary = 'Change how many calls of a component a host answers at a time; 0 stops it.'
  static override args = {
    'host-id': stringArg({ required: true, description: 'Host: its id or a part of its friendly name.' }),
    'component-ref': stringArg({ required: true, description: 'File or image of the component.' }),
    'component-id': stringArg({ required: true, description: 'Its id in the lattice.' }),
  }
  static override flags = {
    ...latticeFlags,
    ...effectFlags(10_000),
    'max-instances': integer({
      char: 'c',
      aliases: instanceAliases,
      default: unbounded,
      min: 0,
      max: unbounded,
      summary: 'Calls answered at a time.',
    }),
    annotations: string({ ...many, char: 'a', summary: 'Annotation, key=value; repeat it for more.' }),
    config: string({ ...many, summary: 'Named configuration; repeat it for more.' }),
    'allow-update': boolean({ default: false, summary: 'Replace a component of that id by this one.' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ScaleComponent)
    const { parseComponentId } = await import('../../../lattice/ids.js')
    const { withLattice } = await import('../../with-lattice.js')
    const { findHost } = await import('../../../lattice/operations/find-host.js')
    const { scaleComponent } = await import('../../../lattice/operations/scale-component.js')
    const { resolveReference } = await import('../../../component/references/resolve-reference.js')
    const { showWait } = await import('../../show-wait.js')
    const id = parseComponentId(args['component-id'])
    const ref = await resolveReference(args['component-ref'], process.cwd())
    const max = flags['max-instances']
    const annotations = parseKeyValues(flags.annotations)
    const scaled = withLattice(flags, async (lattice) => {
      const hostId = await findHost(lattice.control, args['host-id'])
      const part = { componentId: id, componentRef: ref, annotations, config: flags.config }
      const how = { maxInstances: max, allowUpdate: flags['allow-update'], waitMs: waitOf(flags) }
      await scaleComponent(lattice, { hostId, ...part, ...how })
      return hostId
    })
    const hostId = await showWait(this.terminal, `Waiting until component "${id}" is scaled`, scaled)
    const to = max === unbounded ? 'unbounded concurrency' : `${max} max concurrent instances`
    const result = `Component [${id}] (ref: [${ref}]) scaled on host [${hostId}] to ${to}`
    return this.finish(
      flags.output,
      { result, host_id: hostId, component_id: id, component_ref: ref },
      result,
    )
  }
}
