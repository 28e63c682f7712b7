import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connectLattice } from '../lattice/connection.js'
import { ControlClient } from '../lattice/control/client.js'
import { parseHostId, parseLatticeName } from '../lattice/ids.js'
import { launchSession } from '../session/launch-session.js'
import type { SessionFiles } from '../session/session-files.js'
import type { SessionState } from '../session/session-state.js'
import { toUpArguments, toUpEnvironment } from './flags/up-flags.js'
import type { UpFlags } from './flags/up-flags.js'
import { parseLabels } from './run-options.js'
import { readUpBuses } from './up-buses.js'
import type { Terminal } from './terminal/terminal.js'

/** What `up` was asked for. */
export interface UpRun {
  readonly flags: UpFlags
  readonly files: SessionFiles
  readonly signal: AbortSignal
  readonly terminal: Terminal
}

/**
 * Set in the environment of the process that launchInBackground() starts to the name of its state file: it runs there, and
 * reports over its IPC channel.
 */
export const launchedVariable = 'WASHI_LAUNCHED'

/** Starts the lattice in a process of its own and returns once its host answers over the bus. */
export async function launchInBackground({ flags, files, signal, terminal }: UpRun): Promise<SessionState> {
  parseLatticeName(flags.lattice)
  parseLabels(flags.label)
  const progress = terminal.createProgress()
  try {
    progress.step('Starting the lattice')
    // What the flags name is read here first: a mistake is told without a process that has to fail for it.
    await readUpBuses(flags, files)
    const script = fileURLToPath(new URL('../../bin/run.js', import.meta.url))
    const state = await launchSession({
      command: [process.execPath, ...process.execArgv, script, 'up', ...toUpArguments(flags)],
      env: { ...process.env, ...toUpEnvironment(flags), [launchedVariable]: basename(files.state) },
      files,
      signal,
    })
    await seeItAnswer(state, { flags, files }, signal)
    progress.done()
    return state
  } finally {
    progress.fail()
  }
}

/** What the process says of itself is not enough: its host has to answer a client, as every command's will. */
async function seeItAnswer(
  { running, lattice }: SessionState,
  { flags, files }: Pick<UpRun, 'flags' | 'files'>,
  signal: AbortSignal,
): Promise<void> {
  if (!running) return
  const { bus } = await readUpBuses(flags, files)
  await using connection = await connectLattice({
    url: running.natsUrl,
    lattice: parseLatticeName(lattice),
    name: 'washi-up',
    jsDomain: bus.jsDomain,
    access: running.ownsBus ? undefined : bus.access,
    ctlPrefix: flags['ctl-topic-prefix'],
    signal,
  })
  await new ControlClient(connection, { timeoutMs: 5_000 }).getInventory(parseHostId(running.hostId), {
    signal,
  })
}
