import type { Host, HostClosed } from '../host/host.js'
import type { HostOptions } from '../host/host-options.js'
import { startHost } from '../host/start-host.js'
import type { LatticeConnection } from '../lattice/connection.js'
import { embeddedProviders } from './embedded-providers.js'
import type { SessionOptions } from './session-options.js'
import { StopStack } from './stop-stack.js'

/** The hosts of a session. Whoever started them stops them. */
export interface SessionHosts {
  readonly ids: readonly [string, ...string[]]
  /** Resolves when the last host has stopped, whoever wanted it, or one has lost its lattice. */
  readonly closed: Promise<HostClosed>
  stop(): Promise<void>
}

/** What startHosts() needs beside the session's options. */
export interface HostSurroundings {
  readonly connection: LatticeConnection
  readonly rpc: LatticeConnection | undefined
  readonly signal: AbortSignal
}

/** Starts as many hosts as the session is to have, one after the other. Throws what the first failing one threw. */
export async function startHosts(
  options: SessionOptions,
  surroundings: HostSurroundings,
): Promise<SessionHosts> {
  const started = new StopStack()
  const start = async (seed?: string): Promise<Host> => {
    const host = await startHost({ ...toHostOptions(options), ...surroundings, seed })
    started.add(() => host.stop())
    return host
  }
  try {
    const first = await start(options.hostSeed)
    const others: Host[] = []
    while (others.length + 1 < (options.hosts ?? 1)) others.push(await start())
    return {
      ids: [first.id, ...others.map(({ id }) => id)],
      closed: lastClosed([first, ...others]),
      stop: () => started.stop(),
    }
  } catch (failure) {
    await started.stop()
    throw failure
  }
}

function toHostOptions(options: SessionOptions): Omit<HostOptions, keyof HostSurroundings> {
  const { version, labels, instancePolicy, engine, colocation, providerFolders, authorize } = options
  return {
    ...options.settings,
    ...{ version, labels, instancePolicy, engine, colocation, providerFolders, authorize },
    secretsTopic: options.secrets?.topic,
    providers: options.providers ?? embeddedProviders,
    log: options.log.child({ part: 'host' }),
    clock: options.clock,
  }
}

function lastClosed(hosts: readonly Host[]): Promise<HostClosed> {
  const lost = hosts.map(
    ({ closed }) =>
      new Promise<HostClosed>((resolve) => {
        void closed.then((reason) => reason.kind === 'connection-lost' && resolve(reason))
      }),
  )
  const all = Promise.all(hosts.map(({ closed }) => closed))
  return Promise.race([...lost, all.then((reasons): HostClosed => reasons.at(-1) ?? { kind: 'stopped' })])
}
