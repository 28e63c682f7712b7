import { string as stringArg } from '@oclif/core/args'
import { boolean, integer, option, string } from '@oclif/core/flags'
import { WashiCommand } from '../../base-command.js'
import { contextFolderFlags } from '../../flags/context-flags.js'

export default class CtxNew extends WashiCommand {
  static override summary = 'Create a context: where a lattice is and how to get in, under a name.'
  static override description =
    'Values are taken as they are: name files for secrets. Of JWT and seed, files are read when the context is used.'
  static override aliases = ['context:new', 'contexts:new']
  static override args = {
    name: stringArg({ description: 'Name of the context; may be left out with --interactive.' }),
  }
  static override flags = {
    ...contextFolderFlags,
    interactive: boolean({ char: 'i', default: false, summary: 'Ask for what is not said.' }),
    'ctl-host': string({ summary: 'Host of the NATS server.' }),
    'ctl-port': integer({ min: 1, max: 65535, summary: 'Port of the NATS server.' }),
    'ctl-jwt': string({ summary: 'JWT of a NATS user, or a file with it.' }),
    'ctl-seed': string({ summary: 'Seed of a NATS user, or a file with it.' }),
    'ctl-credsfile': string({ summary: 'File with JWT and seed of a NATS user.' }),
    'ctl-tls-ca-file': string({ summary: 'File with the authorities of a NATS server with TLS.' }),
    'ctl-tls-first': option({
      options: ['true', 'false'] as const,
      summary: 'Whether to encrypt before the greeting of the NATS server.',
    })(),
    'ctl-timeout': integer({ min: 1, summary: 'Milliseconds to wait for an answer.' }),
    'js-domain': string({ summary: 'JetStream domain of the NATS server.' }),
    lattice: string({ char: 'x', summary: 'Name of the lattice.' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(CtxNew)
    const { createContext } = await import('../../../session/contexts/context-folders.js')
    const { contextFolders } = await import('../../context-folders.js')
    const { askContext } = await import('../../ask-context.js')
    const given = {
      ctl_host: flags['ctl-host'],
      ctl_port: flags['ctl-port'],
      ctl_jwt: flags['ctl-jwt'],
      ctl_seed: flags['ctl-seed'],
      ctl_credsfile: flags['ctl-credsfile'],
      ctl_tls_ca_file: flags['ctl-tls-ca-file'],
      ctl_tls_first: flags['ctl-tls-first'] && flags['ctl-tls-first'] === 'true',
      ctl_timeout: flags['ctl-timeout'],
      js_domain: flags['js-domain'],
      lattice: flags.lattice,
    }
    const asks = flags.interactive && this.terminal.interactive
    const { name, ...values } = await askContext({ name: args.name, ...given }, { asks })
    const file = await createContext(contextFolders(flags.directory), name, values)
    const kind = Object.keys(values).length === 0 ? ' with default values' : ''
    const result = `Created context ${name}${kind}`
    return this.finish(flags.output, { result, file }, `${result}: ${file}`)
  }
}
