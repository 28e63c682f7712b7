import { AppError } from '../../core/errors.js'
import type { LiveSession } from '../place-session.js'
import { hostIdsOf } from '../session-state.js'

/** What of the running sessions is to end. */
export interface DownChoice {
  /** All that run in the directory; without it, only one may run. */
  readonly isAll: boolean
  /** The session of that host, or that host of a session with others. */
  readonly hostId: string | undefined
}

/** What a choice comes to. */
export type ChosenSessions =
  /** Whole sessions; none where none runs. */
  | { readonly kind: 'sessions'; readonly sessions: readonly LiveSession[] }
  /** One host of a session that goes on. */
  | { readonly kind: 'host'; readonly session: LiveSession; readonly hostId: string }
  /** A host that no session of the directory runs. */
  | { readonly kind: 'elsewhere'; readonly hostId: string }

/**
 * Which sessions a choice means. Throws HOST_AMBIGUOUS where several run and none is named, BUS_IN_USE where the one that
 * is named has the bus of others.
 */
export function chooseSessions(live: readonly LiveSession[], choice: DownChoice): ChosenSessions {
  const { isAll, hostId } = choice
  if (hostId !== undefined) return chooseByHost(live, hostId)
  if (live.length < 2 || isAll) return { kind: 'sessions', sessions: live }
  const hosts = live.flatMap(({ state }) => hostIdsOf(state.running)).join(', ')
  throw new AppError(
    'HOST_AMBIGUOUS',
    `${live.length} lattices run beside each other, with the hosts ${hosts}`,
    {
      hint: 'Say which with --host-id HOST, or stop them all: washi down --all',
    },
  )
}

function chooseByHost(live: readonly LiveSession[], hostId: string): ChosenSessions {
  const session = live.find(({ state }) => hostIdsOf(state.running).includes(hostId))
  if (session === undefined) return { kind: 'elsewhere', hostId }
  const { running } = session.state
  if (hostIdsOf(running).length > 1) return { kind: 'host', session, hostId }
  const onItsBus = live.filter(
    (other) => other !== session && running?.ownsBus && other.state.running?.natsUrl === running.natsUrl,
  )
  if (onItsBus.length === 0) return { kind: 'sessions', sessions: [session] }
  const others = onItsBus.flatMap(({ state }) => hostIdsOf(state.running)).join(', ')
  throw new AppError('BUS_IN_USE', `Cannot stop host ${hostId} alone: its process has the bus of ${others}`, {
    hint: 'Stop those first, or all: washi down --all',
  })
}
