import type { Logger } from '../../core/log.js'
import type { World } from '../../wit/model.js'
import type { HttpTarget } from '../http-exchange.js'
import type { PreparedGuest } from './prepared-guest.js'
import type { RpcAnswerSink, RpcCall, RpcRequest, RpcTarget } from '../rpc-exchange.js'
import type { EngineChoice } from './engine-choice.js'

/** `fresh`: every call meets a new instance (or one reset to that state). `reuse`: state is kept between calls. */
export type InstancePolicy = 'fresh' | 'reuse'

/** A line that a guest wrote: through wasi:logging, or to its stdout or stderr. */
export interface GuestLogLine {
  readonly stream: 'logging' | 'stdout' | 'stderr'
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'critical'
  readonly context: string
  readonly message: string
}

/** Limits of one component on one host. */
export interface GuestLimits {
  /** Most calls at a time; further ones queue. At least 1. */
  readonly maxInstances: number
  /** Most calls that wait; further ones are refused as `unavailable`. */
  readonly maxQueued: number
  /** Linear memory of one instance, in bytes. Default of hosts: 256 MiB. */
  readonly maxMemoryBytes: number
  /** Execution time of one call, in milliseconds. Default of hosts: 600000. */
  readonly deadlineMs: number
}

/** A call that a guest makes of something that it imports; the host finds out what is linked to it. */
export interface LinkedCallRequest extends Omit<RpcRequest, 'sourceId'> {
  /** What a link must list for it, without version: `wasi:keyvalue/store`. The instance may have another name. */
  readonly key: string
}

/** What links there are for an imported interface. */
export interface LinkNames {
  /** Names of the component's links that list the interface, sorted. */
  readonly names: readonly string[]
}

/** The host's side of a guest's imports: how calls over links get to their targets. */
export interface LinkedCalls {
  /** Starts a call as the component, over the link of that name; never throws, and no answer before it has returned. */
  invoke(request: LinkedCallRequest, sink: RpcAnswerSink): RpcCall
  /** The links of the component for an interface (`wasi:keyvalue/store`), as of now. */
  linkNames(key: string): LinkNames
  /** The component that such calls go to, where it may run in the caller's own thread; see Colocation. */
  colocate?(key: string, linkName: string): Colocation | undefined
  /** Writes down what a component said in another one's thread. */
  logAs?(componentId: string, line: GuestLogLine): void
}

/**
 * A component that others may instantiate in their own threads, to call it without a message. It keeps an instance, a
 * memory with its own cap, configuration and log of its own; a trap of it is a failed call of the caller.
 */
export interface Colocation {
  readonly componentId: string
  /** Says which code it is: another number, other code. */
  readonly token: number
  readonly prepared: PreparedGuest
  readonly instancePolicy: InstancePolicy
  readonly config: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, SecretValue>>
  /** One shared word: calls of it that run in other components' threads. */
  readonly running: Int32Array
  /** Most of those at a time. */
  readonly maxInstances: number
  readonly deadlineMs: number
}

/** A secret of a component, as wasmcloud:secrets has it. */
export type SecretValue =
  | { readonly tag: 'string'; readonly val: string }
  | { readonly tag: 'bytes'; readonly val: Uint8Array }

/** A directory of this machine that a component may use. */
export interface Preopen {
  /** Absolute path on this machine; must be a directory when the component starts. */
  readonly host: string
  /** Where the guest finds it: `/data`. */
  readonly guest: string
  readonly readOnly: boolean
}

/** What a pool needs to know. */
export interface GuestPoolOptions {
  readonly componentId: string
  readonly bytes: Uint8Array
  readonly limits: GuestLimits
  readonly instancePolicy: InstancePolicy
  /** Default: washi's own. */
  readonly engine?: EngineChoice | undefined
  /** Values of wasi:config; read at each call, so changes are seen by the next one. */
  readonly config: () => Readonly<Record<string, string>>
  /** Values of wasmcloud:secrets by key, as of the start. Default: none. */
  readonly secrets?: Readonly<Record<string, SecretValue>> | undefined
  /** Directories of wasi:filesystem. Default: none. */
  readonly preopens?: readonly Preopen[] | undefined
  /**
   * One shared word that counts up whenever a link, a component or a configuration of the host has changed: what threads
   * remember of other components ends then. Default: they remember nothing, and call over messages alone.
   */
  readonly changes?: Int32Array | undefined
  /** Where calls of linked imports go. Default: nothing is linked. */
  readonly linked?: LinkedCalls | undefined
  readonly onLog: (line: GuestLogLine) => void
  readonly log: Logger
  /**
   * Guest threads that may compute at once; the pool grows from 1 as calls wait. Threads whose guests wait for others
   * come on top, up to eight times as many.
   */
  readonly maxThreads: number
}

/**
 * The guest threads of one component. startGuestPool() resolves only after the component was decoded, linked and
 * instantiated once, and rejects with the reason otherwise (a trap while starting included).
 * The owner stops it; running calls get until `graceMs` to end.
 */
export interface GuestPool extends HttpTarget, RpcTarget, AsyncDisposable {
  readonly world: World
  /** The component for other threads; undefined where it has to be called in its own (see mayColocate()). */
  colocation(): Colocation | undefined
  /** Changes the limits of calls that start from now on. */
  setLimits(limits: GuestLimits): void
  /** Resolves when no call waits or runs; for a pool that gets no further calls. */
  drain(): Promise<void>
  stop(graceMs?: number): Promise<void>
}
