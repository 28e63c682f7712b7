import type { CallFailure } from '../../http-exchange.js'
import type { GuestLogLine, LinkNames, Preopen, SecretValue } from '../guest-pool.js'

/** What WASI needs of the thread that the guest runs in. */
export interface GuestHost {
  readonly componentId: string
  /** Values of wasi:config as of the running call. */
  readonly config: Readonly<Record<string, string>>
  /** The component's secrets; what they hold must reach no log and no error. */
  readonly secrets: Readonly<Record<string, SecretValue>>
  /** The directories that the component has. */
  readonly preopens: readonly Preopen[]
  log(line: GuestLogLine): void
  /** Takes in what has arrived for the guest, without waiting. */
  pump(): void
  /**
   * Waits until something arrives or `timeoutMs` is over, whichever comes first, and takes it in.
   * Throws where the running call has to end.
   */
  wait(timeoutMs: number): void
  /** Calls what is linked and blocks until it has answered. Throws LinkedCallFailed otherwise. */
  callLinked(call: LinkedFunctionCall): Uint8Array
  /** Starts a call of what is linked; for those with streams, and for those that the guest waits for itself. */
  startLinked(call: LinkedFunctionCall): LinkedCall
  /** The component's links for an interface; blocks for the moment that it takes to ask the host. */
  linkNames(key: string): LinkNames
}

/** A call of a function that is linked. The link name is the one that the instance has set for `key`. */
export interface LinkedFunctionCall {
  /** `wasi:keyvalue/store`: what a link must list. */
  readonly key: string
  readonly linkName: string
  /** As on the wire: `wrpc:keyvalue/store@0.2.0-draft`. */
  readonly instance: string
  readonly function: string
  readonly params: Uint8Array
  readonly asyncParams?: readonly string[] | undefined
  readonly asyncResults?: readonly string[] | undefined
  /** Whether it has no result; then no bytes are an answer. */
  readonly isVoid?: boolean | undefined
}

/** A started call. Its properties change with pump() and wait() of the host only. */
export interface LinkedCall {
  readonly state: 'running' | 'answered' | 'failed'
  /** Why it failed, where it has. */
  readonly failure: CallFailure | undefined
  /** The synchronous results, once answered. */
  readonly results: Uint8Array | undefined
  /** The bytes of an asynchronous result, as they come. */
  source(path: string): ByteSource
  /** Where the bytes of an asynchronous parameter go. */
  sink(path: string): ByteSink
  /** The guest has no more interest in it; the target is told. Idempotent. */
  cancel(): void
}

/** Bytes that arrive. */
export interface ByteSource {
  /** `open` also where it has ended but bytes are left; `failed` where it broke off. */
  readonly state: 'open' | 'ended' | 'failed'
  readonly hasBytes: boolean
  /** Up to `max` bytes; undefined where there are none now. */
  take(max: number): Uint8Array | undefined
  /** Drops what is there and what still comes. */
  discard(): void
}

/** Where bytes go. After its end, or once the call is over, it is closed and everything is ignored. */
export interface ByteSink {
  readonly isClosed: boolean
  /** How many bytes write() takes now. */
  room(): number
  /** Takes the bytes over. */
  write(bytes: Uint8Array): void
  flush(): void
  end(): void
}
