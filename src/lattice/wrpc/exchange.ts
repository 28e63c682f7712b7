/**
 * The form of a call on the wire, for the transport and for whoever uses it: an instance, a function and wRPC bytes in, wRPC
 * bytes out. Push style. Streams and futures travel beside the bytes, each on its index path (`0.0`), as raw bytes.
 */

/** A call. */
export interface WrpcRequest {
  /** Id of the component or provider that calls; `wash` for the command line, empty where the caller does not say. */
  readonly sourceId: string
  /** The link that was followed; `default` where none was, empty where the caller does not say. */
  readonly linkName: string
  /** What providers say beside it of the component that they call. */
  readonly targetId?: string | undefined
  /** With version: `wrpc:keyvalue/store@0.2.0-draft`; empty for a function of the world. */
  readonly instance: string
  /** Without `[method]` and the like: `get`, `counter.increment`. */
  readonly function: string
  /** The synchronous parameters, complete. The target takes it over. */
  readonly params: Uint8Array
  /** Paths of parameters that follow through WrpcCall.write(); empty for nearly every function. */
  readonly asyncParams: readonly string[]
  /** Paths of results that follow through WrpcSink.onData(). */
  readonly asyncResults: readonly string[]
  /** Whether no bytes as result are an answer: on the wire, a failure looks the same. Default: they are a failure. */
  readonly isVoid?: boolean | undefined
  /** W3C trace context of the caller, where it has one. */
  readonly traceparent?: string | undefined
  readonly tracestate?: string | undefined
}

/** Tells when the values of a stream of bytes are complete (wit/codec/completion-scanner.ts), and how long they are. */
export interface CompletionScanner {
  /** Undefined while more is needed; throws where nothing could complete them. */
  push(chunk: Uint8Array): number | undefined
}

/** Why a call came to nothing. */
export interface WrpcFailure {
  readonly kind: 'unavailable' | 'trap' | 'deadline' | 'bad-value' | 'cancelled'
  readonly message: string
}

/**
 * The answer's receiver, implemented by the caller. Order of calls: onResult once, onData and onDataEnd for the
 * asynchronous results, then exactly one of onEnd and onFailure; onFailure may come at any time before onEnd.
 * Without asynchronous results, onEnd follows onResult at once. After cancel() nothing is called any more.
 */
export interface WrpcSink<Failure = WrpcFailure> {
  /** The synchronous results, complete; the sink takes it over. */
  onResult(results: Uint8Array): void
  /** Takes the bytes over. Returns false when the caller is slow: then no more on that path until WrpcCall.resume(). */
  onData(path: string, bytes: Uint8Array): boolean
  onDataEnd(path: string): void
  onEnd(): void
  onFailure(failure: Failure): void
  /** The target can take more on that path after write() returned false. */
  onDrain(path: string): void
}

/** A running call, implemented by the target. All methods are safe after the call has ended. */
export interface WrpcCall {
  /** Sends bytes of an asynchronous parameter and takes them over. Returns false when full: wait for onDrain. */
  write(path: string, bytes: Uint8Array): boolean
  /** Ends an asynchronous parameter; called exactly once for each, unless cancelled. */
  end(path: string): void
  /** The caller can take more on that path after onData returned false. */
  resume(path: string): void
  /** The caller is gone. */
  cancel(): void
}
