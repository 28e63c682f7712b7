import { WashiCommand } from '../base-command.js'
import { renderStopped, toStoppedDocument } from '../render/session.js'
import { ownDirectories } from '../own-session-files.js'

export default class Down extends WashiCommand {
  static override summary = 'Stop what "washi up" started.'
  static override description =
    'Stops the lattice of this user (or of WASHI_HOME), with those that --multi-local has put beside it, and returns when their processes are gone. Nothing else is touched: a NATS server that was there before stays.'

  async run(): Promise<object> {
    const { flags } = await this.parse(Down)
    const { stopAllSessions } = await import('../../session/stop-all-sessions.js')
    const directories = ownDirectories()
    const progress = this.terminal.createProgress()
    progress.step('Stopping the lattice')
    const outcomes = await stopAllSessions(directories, { signal: this.interruption }).finally(() =>
      progress.done(),
    )
    return this.finish(flags.output, toStoppedDocument(outcomes), renderStopped(outcomes, directories.data))
  }
}
