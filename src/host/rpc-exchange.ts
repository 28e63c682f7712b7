import type { CallFailure } from './http-exchange.js'

/**
 * The one form that a call has outside a guest's thread, whether it stays on this host or crosses the lattice: an
 * instance, a function and wRPC bytes in, wRPC bytes out. Push style, like http-exchange.ts. Streams and futures among
 * the parameters and results travel beside the bytes, each on its index path (`0.0`), as raw wRPC stream bytes.
 */

/** A call. */
export interface RpcRequest {
  /** Id of the component or provider that calls; `wash` for the command line. */
  readonly sourceId: string
  /** The link that was followed; `default` where none was. */
  readonly linkName: string
  /** As on the wire, with version: `wrpc:keyvalue/store@0.2.0-draft`; empty for a function of the world. */
  readonly instance: string
  /** As on the wire, without `[method]` and the like: `get`, `counter.increment`. */
  readonly function: string
  /** The synchronous parameters, complete. The target takes it over. */
  readonly params: Uint8Array
  /** Paths of parameters that follow through RpcCall.write(); empty for nearly every function. */
  readonly asyncParams: readonly string[]
  /** Paths of results that follow through RpcAnswerSink.onData(). */
  readonly asyncResults: readonly string[]
  /** Whether no bytes as result are an answer: on the wire, a failure looks the same. Default: they are a failure. */
  readonly isVoid?: boolean | undefined
  /**
   * When the caller's own time is over, as performance.now() has it: the call ends then, too, for a circle of calls would
   * never end otherwise. Default: only limits of the target end it.
   */
  readonly deadlineAt?: number | undefined
  /** W3C trace context of the caller, where it has one. */
  readonly traceparent?: string | undefined
  readonly tracestate?: string | undefined
}

/**
 * The answer's receiver, implemented by the caller. Order of calls: onResult once, onData and onDataEnd for the
 * asynchronous results, then exactly one of onEnd and onFailure; onFailure may come at any time before onEnd.
 * Without asynchronous results, onEnd follows onResult at once. After cancel() nothing is called any more.
 */
export interface RpcAnswerSink {
  /** The synchronous results, complete; the sink takes it over. */
  onResult(results: Uint8Array): void
  /** Takes the bytes over. Returns false when the caller is slow: then no more on that path until RpcCall.resume(). */
  onData(path: string, bytes: Uint8Array): boolean
  onDataEnd(path: string): void
  onEnd(): void
  onFailure(failure: CallFailure): void
  /** The target can take more on that path after write() returned false. */
  onDrain(path: string): void
}

/** A running call, implemented by the target. All methods are safe after the call has ended. */
export interface RpcCall {
  /** Sends bytes of an asynchronous parameter and takes them over. Returns false when full: wait for onDrain. */
  write(path: string, bytes: Uint8Array): boolean
  /** Ends an asynchronous parameter; called exactly once for each, unless cancelled. */
  end(path: string): void
  /** The caller can take more on that path after onData returned false. */
  resume(path: string): void
  /** The caller is gone. */
  cancel(): void
}

/** Something that answers calls: a guest pool, an embedded provider, a party elsewhere on the lattice. */
export interface RpcTarget {
  /** Starts a call. Never throws: failures go to the sink, and never before invoke() has returned. */
  invoke(request: RpcRequest, sink: RpcAnswerSink): RpcCall
}
