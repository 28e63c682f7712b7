import type { Clock } from '../core/clock.js'
import type { Logger } from '../core/log.js'
import type { Authorize } from '../host/authorize.js'
import type { EngineChoice } from '../host/engine/engine-choice.js'
import type { InstancePolicy } from '../host/engine/guest-pool.js'
import type { HostOptions, ProviderFolders } from '../host/host-options.js'
import type { ProviderDefinition } from '../host/provider.js'
import type { LatticeAccess } from '../lattice/access.js'
import type { LatticeName } from '../lattice/ids.js'

/** Where the session's bus is. */
export type BusChoice =
  /** Its own; where a NATS server holds that port already, that one. */
  | {
      readonly kind: 'embedded'
      readonly host: string
      /** 0 takes a free port. */
      readonly port: number
      readonly storeDir: string
      readonly jsDomain?: string | undefined
      /** For the NATS server that may hold the port; the own bus asks nobody who it is. */
      readonly access?: LatticeAccess | undefined
    }
  /** One that runs already. */
  | ({ readonly kind: 'external'; readonly jsDomain?: string | undefined } & BusAddress)

/** A bus that runs already. */
export interface BusAddress {
  readonly url: string
  readonly access?: LatticeAccess | undefined
}

/** What to start. */
export interface SessionOptions {
  readonly bus: BusChoice
  /** For calls, where they go over another bus than `bus`. */
  readonly rpc?: BusAddress | undefined
  readonly lattice: LatticeName
  /** Default `wasmbus.ctl`. */
  readonly ctlPrefix?: string | undefined
  /** How many hosts. Default 1. */
  readonly hosts?: number | undefined
  /** Version that the host reports. */
  readonly version: string
  readonly labels: Readonly<Record<string, string>>
  /** The identity of the first host; default a new one. */
  readonly hostSeed?: string | undefined
  readonly secrets?: {
    /** Prefix of the subjects of secrets backends. Default `wasmcloud.secrets`. */
    readonly topic?: string | undefined
    /** Where the keys of the session's own backend are, or will be. Default: they are forgotten with the session. */
    readonly keyFile?: string | undefined
  }
  readonly instancePolicy: InstancePolicy
  /** See HostOptions.colocation. Default true. */
  readonly colocation?: boolean | undefined
  readonly engine: EngineChoice
  /** See HostOptions.providerFolders. */
  readonly providerFolders?: ProviderFolders | undefined
  /** Default: all that washi has. Looked through at each start of a provider, so it may grow. */
  readonly providers?: readonly ProviderDefinition[] | undefined
  /** See HostOptions.authorize. */
  readonly authorize?: Authorize | undefined
  /** What else is set for each host. */
  readonly settings?: HostSettings | undefined
  readonly log: Logger
  readonly clock: Clock
  /** Ends a start that has not succeeded yet. */
  readonly signal: AbortSignal
}

/** Settings that the session passes on to its hosts as they are. */
export type HostSettings = Pick<
  HostOptions,
  | 'limits'
  | 'heartbeatMs'
  | 'providerTimings'
  | 'policy'
  | 'auctions'
  | 'isFileLoadAllowed'
  | 'hasConfigService'
>
