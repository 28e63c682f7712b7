import { string as stringArg } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import { renderComparison, renderLinkPut } from '../../render/link.js'
import { typedArguments } from '../../typed-arguments.js'

const manyNames = { multiple: true, multipleNonGreedy: true, default: [] as string[] } as const

export default class LinkPut extends WashiCommand {
  static override summary = 'Link a source to a target for some interfaces.'
  static override description = `A link's values change by delete and put only: --replace does both.
The form of wasmCloud 0.x, <component> <provider> <contract id> [key=value...], is understood where it has one meaning today.`
  static override aliases = ['links:put']
  static override strict = false
  static override args = {
    'source-id': stringArg({ required: true, description: 'Who calls: the id of a component or provider.' }),
    target: stringArg({ required: true, description: 'Who is called.' }),
    'wit-namespace': stringArg({ required: true, description: 'Namespace of the interfaces: wasi' }),
    'wit-package': stringArg({ description: 'Package of the interfaces: http' }),
  }
  static override flags = {
    ...latticeFlags,
    interface: string({
      ...manyNames,
      aliases: ['interfaces'],
      summary: 'An interface of the package; repeat it for more.',
    }),
    'source-config': string({ ...manyNames, summary: "Named config of the source's end." }),
    'target-config': string({ ...manyNames, summary: "Named config of the target's end." }),
    'link-name': string({ char: 'l', default: 'default', summary: 'Name of the link.' }),
    replace: boolean({ summary: 'Delete a link of the same key with other values first.' }),
  }

  async run(): Promise<object> {
    const { flags, raw } = await this.parse(LinkPut)
    const { readLinkArguments } = await import('../../link-arguments.js')
    const { link, config } = readLinkArguments(typedArguments({ raw }), {
      name: flags['link-name'],
      interfaces: flags.interface,
      sourceConfig: flags['source-config'],
      targetConfig: flags['target-config'],
    })
    const { withLattice } = await import('../../with-lattice.js')
    const { putLink } = await import('../../../lattice/operations/put-link.js')
    const { putConfig } = await import('../../../lattice/operations/configs.js')
    const { compareLink } = await import('../../../session/links/compare-link.js')
    const { showWait } = await import('../../show-wait.js')
    const putting = withLattice(flags, async (lattice) => {
      if (config) await putConfig(lattice.control, config.name, config.values)
      const put = await putLink(lattice, link, { isReplacing: flags.replace })
      return { ...put, ends: await compareLink(lattice.control, link) }
    })
    const { ends, ...outcome } = await showWait(
      this.terminal,
      'Waiting for the provider of the link',
      putting,
    )
    for (const line of renderComparison(ends)) this.terminal.printError(line)
    const { source_id, target } = link
    const { state, replaced = null } = outcome
    return this.finish(
      flags.output,
      { source_id, target, state, replaced, compared: ends },
      renderLinkPut(link, outcome),
    )
  }
}
