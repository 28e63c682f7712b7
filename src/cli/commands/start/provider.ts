import { string as stringArg } from '@oclif/core/args'
import { string } from '@oclif/core/flags'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import { effectFlags, onHostFlags, placementFlags, waitOf } from '../../flags/lifecycle-flags.js'
import { parseKeyValues } from '../../key-values.js'

export default class StartProvider extends WashiCommand {
  static override summary = 'Start a provider on a host, and wait until it runs.'
  static override args = {
    'provider-ref': stringArg({ required: true, description: 'Reference of the provider.' }),
    'provider-id': stringArg({ required: true, description: 'Its id in the lattice.' }),
  }
  static override flags = {
    ...latticeFlags,
    ...onHostFlags,
    ...placementFlags,
    ...effectFlags(60_000),
    'link-name': string({
      char: 'l',
      default: 'default',
      summary: 'Of no effect: providers take links of every name. Here for command lines of wash.',
    }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(StartProvider)
    const { parseProviderId } = await import('../../../lattice/ids.js')
    const { withLattice } = await import('../../with-lattice.js')
    const { startProvider } = await import('../../../lattice/operations/start-provider.js')
    const { resolveReference } = await import('../../../component/references/resolve-reference.js')
    const { showWait } = await import('../../show-wait.js')
    const id = parseProviderId(args['provider-id'])
    const ref = await resolveReference(args['provider-ref'], process.cwd())
    const constraints = parseKeyValues(flags.constraint)
    const started = withLattice(flags, (lattice) =>
      startProvider(lattice, {
        providerId: id,
        providerRef: ref,
        host: flags['host-id'],
        constraints,
        auctionTimeoutMs: flags['auction-timeout-ms'],
        config: flags.config,
        waitMs: waitOf(flags),
      }),
    )
    const hostId = await showWait(this.terminal, `Waiting until provider "${id}" runs`, started)
    const result = flags['skip-wait']
      ? `Start provider request received: ${ref}`
      : `Provider [${id}] (ref: [${ref}]) started on host [${hostId}]`
    const document = { result, provider_id: id, provider_ref: ref, host_id: hostId }
    const extra = flags['skip-wait'] ? { link_name: flags['link-name'] } : {}
    return this.finish(flags.output, { ...document, ...extra }, result)
  }
}
