import { string as stringArg } from '@oclif/core/args'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'
import { effectTimeoutFlag, onHostFlags, placementFlags } from '../../flags/lifecycle-flags.js'
import { parseKeyValues } from '../../key-values.js'

export default class StartProvider extends WashiCommand {
  static override summary = 'Start a provider on a host, and wait until it runs.'
  static override args = {
    'provider-ref': stringArg({ required: true, description: 'Reference of the provider.' }),
    'provider-id': stringArg({ required: true, description: 'Its id in the lattice.' }),
  }
  static override flags = { ...latticeFlags, ...onHostFlags, ...placementFlags, ...effectTimeoutFlag(60_000) }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(StartProvider)
    const { withLattice } = await import('../../with-lattice.js')
    const { startProvider } = await import('../../../lattice/operations/start-provider.js')
    const { resolveReference } = await import('../../../component/references/resolve-reference.js')
    const [id, ref] = [args['provider-id'], await resolveReference(args['provider-ref'], process.cwd())]
    const hostId = await withLattice(flags, (lattice) =>
      startProvider(lattice, {
        providerId: id,
        providerRef: ref,
        host: flags['host-id'],
        constraints: parseKeyValues(flags.constraint),
        config: flags.config,
        waitMs: flags['skip-wait'] ? 0 : flags['wait-timeout-ms'],
      }),
    )
    const result = { provider_id: id, provider_ref: ref, host_id: hostId }
    const text = flags['skip-wait']
      ? `Start provider request received: ${ref}`
      : `Provider [${id}] (ref: [${ref}]) started on host [${hostId}]`
    return this.finish(flags.output, result, text)
  }
}
