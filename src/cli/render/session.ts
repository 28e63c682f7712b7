import type { TakenDown } from '../../session/down/take-down.js'
import type { SessionFiles } from '../../session/session-files.js'
import { hostIdsOf } from '../../session/session-state.js'
import type { SessionState } from '../../session/session-state.js'
import type { StopOutcome } from '../../session/stop-running-session.js'

/** How a lattice that runs in the background is reached and stopped. */
export function renderRunning({ pid, lattice, running }: SessionState, { log }: SessionFiles): string {
  return [
    `The lattice "${lattice}" runs in the background (process ${pid})`,
    `  NATS   ${running?.natsUrl}${running?.ownsBus === false ? ', which was there already' : ''}`,
    ...hostIdsOf(running).map((id) => `  Host   ${id}`),
    `  Log    ${log}`,
    '',
    'To stop it: washi down',
  ].join('\n')
}

/** With wash's keys, and ours. */
export function toRunningDocument({ pid, lattice, running }: SessionState, { log }: SessionFiles): object {
  return {
    wasmcloud_log: log,
    kill_cmd: 'washi down',
    nats_url: running?.natsUrl.replace(/^nats:\/\//, ''),
    host_id: running?.hostId,
    host_ids: hostIdsOf(running),
    lattice,
    pid,
  }
}

/** What was stopped and purged. */
export function renderTakenDown({ outcomes, hosts, purged }: TakenDown, folder: string): string {
  return [
    ...outcomes.map((outcome) => renderOutcome(outcome, folder)),
    ...hosts.map((id) => `Stopped host ${id}; the lattice goes on`),
    ...(purged.length === 0 ? [] : [`Purged ${purged.join(', ')}`]),
  ].join('\n')
}

/** With wash's keys, and ours. */
export function toTakenDownDocument({ outcomes, hosts, purged }: TakenDown): object {
  const stopped = outcomes.flatMap((outcome) => (outcome.kind === 'stopped' ? [outcome] : []))
  const running = stopped.flatMap(({ state }) => state.running ?? [])
  const last = stopped.at(-1)
  return {
    hosts_stopped: [...running.flatMap(hostIdsOf), ...hosts],
    wadm_stopped: running.some(({ ownsManager }) => ownsManager),
    nats_stopped: running.some(({ ownsBus }) => ownsBus),
    purged,
    ...(last && { pid: last.state.pid, forced: stopped.some(({ forced }) => forced) }),
  }
}

function renderOutcome(outcome: StopOutcome, folder: string): string {
  if (outcome.kind === 'none') {
    return `Nothing to stop: no lattice runs in ${folder}${outcome.stale ? ' (a killed one was cleared away)' : ''}`
  }
  const { pid, running, lattice } = outcome.state
  const how = outcome.forced ? ', killed because it did not end by itself' : ''
  const lines = [`Stopped the lattice "${lattice}" (process ${pid}${how})`]
  if (running) {
    lines.push(...hostIdsOf(running).map((id) => `  Host   ${id}`))
    if (running.ownsManager) lines.push('  Application manager')
    lines.push(
      running.ownsBus
        ? `  NATS   ${running.natsUrl}`
        : `  NATS at ${running.natsUrl} was not started by washi and goes on`,
    )
  }
  return lines.join('\n')
}
