import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../core/clock.js'
import { createLogger, type LogLevel, type LogRecord } from '../core/log.js'
import type { Authorize } from '../host/authorize.js'
import type { EngineChoice } from '../host/engine/engine-choice.js'
import type { InstancePolicy } from '../host/engine/guest-pool.js'
import type { ProviderDefinition } from '../host/provider.js'
import type { LatticeAccess } from '../lattice/access.js'
import { parseLatticeName } from '../lattice/ids.js'
import type { BusChoice, SessionOptions } from '../session/session-options.js'

/** How a host is made. Everything has a default. */
export interface HostOptions {
  /** Name of the lattice. Default `default`. */
  readonly lattice?: string | undefined
  /** A NATS server that runs already, such as `natsUrl` of another host. Default: a bus of the host's own. */
  readonly natsUrl?: string | undefined
  /** How to get into that server, where it wants to know. */
  readonly access?: LatticeAccess | undefined
  /** Port of the host's own bus, on 127.0.0.1. Default 0: a free one. */
  readonly natsPort?: number | undefined
  readonly jsDomain?: string | undefined
  /** Where its own bus keeps links, configs and applications. Default: a temporary folder, removed by stop(). */
  readonly storeDir?: string | URL | undefined
  readonly labels?: Readonly<Record<string, string>> | undefined
  /** Seed of the host's identity (`SN…`). Default: a new one. */
  readonly seed?: string | undefined
  /** Whether components keep their state between calls, where they do not choose by annotation. Default `fresh`. */
  readonly instancePolicy?: InstancePolicy | undefined
  /** What runs components. Default: washi's own. */
  readonly engine?: EngineChoice | undefined
  /**
   * Whether small components without links of their own run in the threads of those that call them. Default true; with
   * `authorize`, false.
   */
  readonly colocation?: boolean | undefined
  /** Providers written in JavaScript that can be started by `wasmcloud+builtin://NAME`, beside washi's own. */
  readonly providers?: readonly ProviderDefinition[] | undefined
  /** Decides what may start on this host and which calls its components take. Default: everything. */
  readonly authorize?: Authorize | undefined
  /** Takes the log of bus, host, providers and components (those have `component` among their fields). Default: nobody. */
  readonly onLog?: ((record: LogRecord) => void) | undefined
  /** Least severity of what `onLog` gets. Default `info`. */
  readonly logLevel?: LogLevel | undefined
  /** Longest wait for the effect of a change. Default 30000. */
  readonly waitMs?: number | undefined
  /** Stops the host, or ends its start. */
  readonly signal?: AbortSignal | undefined
}

/** What a host starts with, and what to do when it has stopped. */
export interface PreparedSession {
  readonly options: SessionOptions
  readonly removeStore: () => Promise<void>
}

/** The session of a host; its folder is there afterwards. `providers` may grow while it runs. Throws ID_INVALID. */
export async function prepareSession(
  options: HostOptions,
  { providers, signal }: { readonly providers: readonly ProviderDefinition[]; readonly signal: AbortSignal },
): Promise<PreparedSession> {
  const { onLog = () => undefined } = options
  const lattice = parseLatticeName(options.lattice ?? 'default')
  const { bus, removeStore } = await chooseBus(options)
  return {
    removeStore,
    options: {
      bus,
      lattice,
      version: packageVersion(),
      labels: options.labels ?? {},
      hostSeed: options.seed,
      instancePolicy: options.instancePolicy ?? 'fresh',
      engine: options.engine ?? { kind: 'washi' },
      colocation: options.colocation,
      providers,
      authorize: options.authorize,
      log: createLogger({
        level: options.logLevel ?? 'info',
        now: () => systemClock.now(),
        write: onLog,
      }),
      clock: systemClock,
      signal,
    },
  }
}

async function chooseBus(
  options: HostOptions,
): Promise<{ readonly bus: BusChoice; readonly removeStore: () => Promise<void> }> {
  const { natsUrl, access, natsPort = 0, jsDomain, storeDir } = options
  const nothing = (): Promise<void> => Promise.resolve()
  if (natsUrl !== undefined)
    return { bus: { kind: 'external', url: natsUrl, access, jsDomain }, removeStore: nothing }
  const given = storeDir instanceof URL ? fileURLToPath(storeDir) : storeDir
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'washi-host-')))
  return {
    bus: { kind: 'embedded', host: '127.0.0.1', port: natsPort, storeDir: folder, jsDomain },
    removeStore:
      given === undefined ? () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) : nothing,
  }
}

function packageVersion(): string {
  const { version } = createRequire(import.meta.url)('../../package.json') as { readonly version: string }
  return version
}
