import { WashiCommand } from '../base-command.js'
import { renderStopped, toStoppedDocument } from '../render/session.js'
import { ownSessionFiles } from '../own-session-files.js'

export default class Down extends WashiCommand {
  static override summary = 'Stop what "washi up" started.'
  static override description =
    'Stops the lattice of this user (or of WASHI_HOME) and returns when its process is gone. Nothing else is touched: a NATS server that was there before stays.'

  async run(): Promise<object> {
    const { flags } = await this.parse(Down)
    const { stopRunningSession } = await import('../../session/stop-running-session.js')
    const files = ownSessionFiles()
    const progress = this.terminal.createProgress()
    progress.step('Stopping the lattice')
    const outcome = await stopRunningSession(files, { signal: this.interruption }).finally(() =>
      progress.done(),
    )
    return this.finish(flags.output, toStoppedDocument(outcome), renderStopped(outcome, files))
  }
}
