import { string as stringArg } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import { WashiCommand } from '../base-command.js'
import { latticeFlags } from '../flags/lattice-flags.js'
import { parseKeyValues } from '../key-values.js'
import { typedArguments } from '../typed-arguments.js'

export default class Label extends WashiCommand {
  static override summary = 'Put labels on a host, or take them off.'
  static override aliases = ['tag']
  static override strict = false
  static override args = {
    'host-id': stringArg({
      required: true,
      description: 'Host: its id, the beginning of it, or a part of its friendly name.',
    }),
    label: stringArg({
      required: true,
      description: 'key=value, one or more, also with commas between; with --delete the key is enough.',
    }),
  }
  static override flags = {
    ...latticeFlags,
    delete: boolean({ default: false, summary: 'Take the labels off.' }),
  }

  async run(): Promise<object> {
    const { args, flags, raw } = await this.parse(Label)
    const isDelete = flags.delete
    const pairs = typedArguments({ raw })
      .slice(1)
      .flatMap((text) => text.split(','))
      .filter((text) => text !== '')
      .map((text) => (isDelete && !text.includes('=') ? `${text}=` : text))
    const labels = Object.entries(parseKeyValues(pairs))
    const { withLattice } = await import('../with-lattice.js')
    const { labelHost } = await import('../../lattice/operations/label-host.js')
    const host = await withLattice(flags, ({ control }) =>
      labelHost(control, { host: args['host-id'], labels, isDelete }),
    )
    const list = labels.map(([key, value]) => (isDelete ? key : `${key}=${value}`)).join(',')
    const text = `Host \`${host.friendlyName}\` ${isDelete ? 'unlabeled' : 'labeled'} with \`${list}\``
    return this.finish(flags.output, { host_id: host.id, deleted: isDelete, processed: labels }, text)
  }
}
