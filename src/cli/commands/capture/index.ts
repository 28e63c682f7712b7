import { boolean, integer, string } from '@oclif/core/flags'
import { AppError } from '../../../core/errors.js'
import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'

export default class Capture extends WashiCommand {
  static override summary = 'Save what a lattice is, and what happens in it for a while, to a file.'
  static override description = `The file has the hosts with what they run, the links, the key-value buckets, and every call, answer and event until Ctrl-C or the end of --duration-ms. It may hold what is confidential: only its owner may read it. Look at it with: washi capture replay FILE`
  static override flags = {
    ...latticeFlags,
    'duration-ms': integer({ summary: 'End after that time. [default: at Ctrl-C]', min: 1 }),
    file: string({ char: 'f', summary: 'File to write. [default: TIME.LATTICE.washcapture in this folder]' }),
    enable: boolean({ hidden: true }),
    disable: boolean({ hidden: true }),
    'window-size': integer({ hidden: true }),
  }

  async run(): Promise<object> {
    const { flags } = await this.parse(Capture)
    if (flags.enable || flags.disable || flags['window-size'] !== undefined) throw nothingInBackground()
    const { resolve } = await import('node:path')
    const { withLattice } = await import('../../with-lattice.js')
    const { takeCapture } = await import('../../../session/capture/take-capture.js')
    const { writeCapture } = await import('../../../session/capture/capture-file.js')
    const capture = await withLattice(flags, (lattice) =>
      takeCapture(lattice, {
        signal: this.interruption,
        durationMs: flags['duration-ms'],
        now: () => Date.now(),
        onReady: () => this.terminal.printError('Capturing; Ctrl-C ends it'),
      }),
    )
    const name = `${capture.startedAt.replace(/:/g, '-')}.${capture.lattice}.washcapture`
    const file = resolve(flags.file ?? name)
    await writeCapture(file, capture)
    const result = {
      message: 'Successfully captured lattice data',
      output_path: file,
      messages: capture.messages.length,
    }
    return this.finish(flags.output, result, `Captured ${capture.messages.length} messages to ${file}`)
  }
}

function nothingInBackground(): AppError {
  return new AppError('USAGE_INVALID', 'washi captures while the command runs, not in the background', {
    hint: 'Run: washi capture --duration-ms 60000',
  })
}
