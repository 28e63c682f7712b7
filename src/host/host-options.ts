import { availableParallelism, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../core/clock.js'
import type { Clock } from '../core/clock.js'
import type { Logger } from '../core/log.js'
import type { LatticeConnection } from '../lattice/connection.js'
import type { StringMap } from '../lattice/control/schemas.js'
import { defaultSecretsTopic } from '../lattice/subjects.js'
import type { Authorize } from './authorize.js'
import type { HostLimits } from './components/component-limits.js'
import type { ComponentRuntime } from './components/component-runtime.js'
import type { EngineChoice } from './engine/engine-choice.js'
import type { InstancePolicy } from './engine/guest-pool.js'
import type { PolicyOptions } from './policy/policy-service.js'
import type { ProviderDefinition } from './provider.js'
import { resolveProviderTimings } from './providers/provider-timings.js'
import type { ProviderTimings } from './providers/provider-timings.js'

/** How to start a host. */
export interface HostOptions {
  /** Stays its owner's: the host uses it and does not close it. */
  readonly connection: LatticeConnection
  /** For calls and messages to providers, where they go over another bus. Stays its owner's, too. Default: `connection`. */
  readonly rpc?: LatticeConnection | undefined
  /** Semantic version that the host reports. */
  readonly version: string
  readonly log: Logger
  /** The host's identity (`SN…`). Default: a new one. */
  readonly seed?: string | undefined
  readonly labels?: StringMap | undefined
  /** Providers that run in this process, found by their references. */
  readonly providers?: readonly ProviderDefinition[] | undefined
  /** For components that do not choose by annotation. Default `fresh`. */
  readonly instancePolicy?: InstancePolicy | undefined
  /** What links and runs components. Default: washi's own linker. */
  readonly engine?: EngineChoice | undefined
  /**
   * Whether small components without links of their own run in the threads of those that call them. Default true.
   */
  readonly colocation?: boolean | undefined
  readonly limits?: Partial<HostLimits> | undefined
  readonly clock?: Clock | undefined
  /** Default 30000. */
  readonly heartbeatMs?: number | undefined
  /** Between two health checks of a provider. Default 30000. */
  readonly healthCheckMs?: number | undefined
  /** How long providers may take, and what follows where they fail. */
  readonly providerTimings?: Partial<ProviderTimings> | undefined
  /** Where the host keeps what belongs to external providers. Default: a folder among temporary files. */
  readonly providerFolders?: ProviderFolders | undefined
  /** How components are loaded and run. Default: files, and washi's own engine. */
  readonly runtime?: ComponentRuntime | undefined
  /** Architecture and platform for the `hostcore` labels. Default: this machine's. */
  readonly machine?: { readonly arch: string; readonly platform: string } | undefined
  /** Prefix of the subjects of secrets backends. Default `wasmcloud.secrets`. */
  readonly secretsTopic?: string | undefined
  /** Decides what starts and what may be called. Default: everything. Where given, no component runs in another's thread. */
  readonly authorize?: Authorize | undefined
  /** A policy service on the lattice that decides, too; what `authorize` refuses it is not asked about. Default: none. */
  readonly policy?: PolicyOptions | undefined
  /** Whether the host bids for components, and for providers, in auctions. Default: both. */
  readonly auctions?: Partial<Auctions> | undefined
  /** Whether components may come from files. Default true. */
  readonly isFileLoadAllowed?: boolean | undefined
  /** Whether to ask a config service for credentials of registries at the start. Default false. */
  readonly hasConfigService?: boolean | undefined
  /** Ends a start that has not succeeded yet. */
  readonly signal?: AbortSignal | undefined
}

/** What a host bids for. */
export interface Auctions {
  readonly components: boolean
  readonly providers: boolean
}

/** Folders that hosts may share. */
export interface ProviderFolders {
  /** Programs of provider archives, by their content; may be deleted at any time. */
  readonly programs: string
  /** Which processes belong to which host. */
  readonly processes: string
}

/** HostOptions with every default filled in. */
export type ResolvedHostOptions = Required<
  Omit<
    HostOptions,
    'seed' | 'limits' | 'signal' | 'runtime' | 'authorize' | 'policy' | 'auctions' | 'providerTimings'
  >
> & {
  readonly providerTimings: ProviderTimings
  readonly authorize: Authorize | undefined
  readonly policy: PolicyOptions | undefined
  readonly auctions: Auctions
  readonly limits: HostLimits
}

const defaultLimits: Omit<HostLimits, 'maxThreads'> = {
  maxQueued: 10_000,
  maxMemoryBytes: 256 * 1024 * 1024,
  maxComponentBytes: 50 * 1024 * 1024,
  maxComponents: 10_000,
  deadlineMs: 600_000,
}

/** Fills in the defaults. */
export function resolveHostOptions(options: HostOptions): ResolvedHostOptions {
  // A guest that waits (for a slow client, say) keeps its thread; the pool adds threads only as calls wait.
  const maxThreads = Math.max(16, 2 * availableParallelism())
  return {
    connection: options.connection,
    rpc: options.rpc ?? options.connection,
    version: options.version,
    log: options.log,
    labels: options.labels ?? {},
    providers: options.providers ?? [],
    instancePolicy: options.instancePolicy ?? 'fresh',
    engine: options.engine ?? { kind: 'washi' },
    // A call within a thread asks nobody.
    colocation: (options.colocation ?? true) && !options.authorize && !options.policy,
    authorize: options.authorize,
    policy: options.policy,
    auctions: { components: true, providers: true, ...options.auctions },
    secretsTopic: options.secretsTopic ?? defaultSecretsTopic,
    limits: { ...defaultLimits, maxThreads, ...options.limits },
    clock: options.clock ?? systemClock,
    heartbeatMs: options.heartbeatMs ?? 30_000,
    healthCheckMs: options.healthCheckMs ?? 30_000,
    machine: options.machine ?? process,
    providerTimings: resolveProviderTimings(options.providerTimings),
    providerFolders: options.providerFolders ?? temporaryProviderFolders(),
    isFileLoadAllowed: options.isFileLoadAllowed ?? true,
    hasConfigService: options.hasConfigService ?? false,
  }
}

function temporaryProviderFolders(): ProviderFolders {
  // Of this user only: programs are run from there.
  const folder = join(tmpdir(), `washi-${userInfo().uid}`)
  return { programs: join(folder, 'providers'), processes: join(folder, 'processes') }
}
