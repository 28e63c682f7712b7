import { boolean, option, string } from '@oclif/core/flags'
import { WashiCommand } from '../base-command.js'
import { latticeFlags } from '../flags/lattice-flags.js'
import { renderTakenDown, toTakenDownDocument } from '../render/session.js'
import { ownDirectories } from '../own-session-files.js'

export default class Down extends WashiCommand {
  static override summary = 'Stop what "washi up" started.'
  static override description =
    'Stops the lattice of this user (or of WASHI_HOME) and returns when its process is gone; where --multi-local has put others beside it, say which. Nothing else is touched: a NATS server that was there before stays.'
  static override flags = {
    ...latticeFlags,
    all: boolean({ default: false, summary: 'Stop all lattices of this user.', exclusive: ['host-id'] }),
    'host-id': string({ summary: 'Stop this host only, wherever it runs in the lattice: its full id.' }),
    'purge-jetstream': option({
      options: ['none', 'all', 'wadm', 'wasmcloud'] as const,
      aliases: ['flush-jetstream'],
      default: 'none' as const,
      summary:
        'Delete what the lattice has stored: links and configs (wasmcloud), applications (wadm), or both (all).',
    })(),
  }

  async run(): Promise<object> {
    const { flags } = await this.parse(Down)
    const { takeDown } = await import('../../session/down/take-down.js')
    const { reachLattice } = await import('../reach-lattice.js')
    const { parseHostId, parseLatticeName } = await import('../../lattice/ids.js')
    const directories = ownDirectories()
    const hostId = flags['host-id'] === undefined ? undefined : parseHostId(flags['host-id'])
    const purge = flags['purge-jetstream']
    const progress = this.terminal.createProgress()
    progress.step(hostId === undefined ? 'Stopping the lattice' : `Stopping host ${hostId}`)
    const taken = await takeDown(directories, {
      isAll: flags.all,
      hostId,
      purge: purge === 'none' ? undefined : purge,
      lattice: parseLatticeName(flags.lattice ?? 'default'),
      signal: this.interruption,
      reach: reachLattice(flags),
    }).finally(() => progress.done())
    return this.finish(flags.output, toTakenDownDocument(taken), renderTakenDown(taken, directories.data))
  }
}
