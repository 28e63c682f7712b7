import { WashiCommand } from '../base-command.js'
import { upFlags } from '../flags/up-flags.js'

export default class Up extends WashiCommand {
  static override summary = 'Start a lattice: message bus, host and application manager.'
  static override description =
    'Runs until Ctrl-C, or with --detached in the background until "washi down". Data and logs are under the data directory (WASHI_HOME moves it); one lattice runs per directory, and more processes with --multi-local.'
  static override flags = upFlags

  async run(): Promise<object> {
    const parsed = await this.parse(Up)
    const { placeUp } = await import('../place-up.js')
    const place = await placeUp(
      parsed.flags,
      (flag) => parsed.flags[flag] === undefined || parsed.metadata.flags[flag]?.setFromDefault === true,
    )
    const run = { ...place, signal: this.interruption, terminal: this.terminal }
    const { flags } = parsed
    if (flags.detached) {
      const { launchInBackground } = await import('../launch-in-background.js')
      const { renderRunning, toRunningDocument } = await import('../render/session.js')
      const state = await launchInBackground(run)
      return this.finish(flags.output, toRunningDocument(state, run.files), renderRunning(state, run.files))
    }
    const { runInForeground } = await import('../run-in-foreground.js')
    await runInForeground(run)
    return this.finish(flags.output, {}, 'The lattice has stopped')
  }
}
