import { string as stringArg } from '@oclif/core/args'
import { integer, string } from '@oclif/core/flags'
import { WashiCommand } from '../../base-command.js'
import { contextFolderFlags } from '../../flags/context-flags.js'

export default class CtxNew extends WashiCommand {
  static override summary = 'Create a context: where a lattice is, under a name.'
  static override aliases = ['context:new', 'contexts:new']
  static override args = { name: stringArg({ required: true, description: 'Name of the context.' }) }
  static override flags = {
    ...contextFolderFlags,
    'ctl-host': string({ summary: 'Host of the NATS server.' }),
    'ctl-port': integer({ min: 1, max: 65535, summary: 'Port of the NATS server.' }),
    lattice: string({ char: 'x', summary: 'Name of the lattice.' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(CtxNew)
    const { createContext } = await import('../../../session/contexts/context-folders.js')
    const { contextFolders } = await import('../../context-folders.js')
    const given = { ctl_host: flags['ctl-host'], ctl_port: flags['ctl-port'], lattice: flags.lattice }
    const values = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
    const file = await createContext(contextFolders(flags.directory), args.name, values)
    const kind = Object.keys(values).length === 0 ? ' with default values' : ''
    const result = `Created context ${args.name}${kind}`
    return this.finish(flags.output, { result, file }, `${result}: ${file}`)
  }
}
