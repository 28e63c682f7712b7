import { string as stringArg } from '@oclif/core/args'
import { string } from '@oclif/core/flags'
import { WashiCommand } from '../../base-command.js'

export default class CaptureReplay extends WashiCommand {
  static override summary = 'Show what a capture has.'
  static override args = {
    capturefile: stringArg({ required: true, description: 'File of "washi capture".' }),
  }
  static override flags = {
    'source-id': string({ summary: 'Only calls of that component or provider, and their answers.' }),
    'target-id': string({ summary: 'Only calls to that component or provider, and their answers.' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(CaptureReplay)
    const { readCapture } = await import('../../../session/capture/capture-file.js')
    const { selectMessages } = await import('../../../session/capture/select-messages.js')
    const { renderCapture } = await import('../../render/capture.js')
    const capture = await readCapture(args.capturefile)
    const messages = selectMessages(capture, { source: flags['source-id'], target: flags['target-id'] })
    return this.finish(flags.output, { ...capture, messages }, renderCapture(capture, messages))
  }
}
