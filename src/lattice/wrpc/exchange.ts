/**
 * What a wRPC transport and whoever uses it say to each other. The host has the same shapes with more of its own
 * (rpc-exchange.ts there), so that neither has to convert for the other.
 */

/** A call as it goes over the wire. */
export interface WrpcRequest {
  /** Empty where the caller does not say who it is. */
  readonly sourceId: string
  /** Empty where the caller does not say which link it follows. */
  readonly linkName: string
  /** What providers say beside it of the component that they call. */
  readonly targetId?: string | undefined
  readonly instance: string
  readonly function: string
  readonly params: Uint8Array
  readonly asyncParams: readonly string[]
  readonly asyncResults: readonly string[]
  /** Whether no bytes as result are an answer, not a failure: on the wire the two look the same. */
  readonly isVoid?: boolean | undefined
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

/** Takes the answer; as RpcAnswerSink of the host. */
export interface WrpcSink {
  onResult(results: Uint8Array): void
  onData(path: string, bytes: Uint8Array): boolean
  onDataEnd(path: string): void
  onEnd(): void
  onFailure(failure: WrpcFailure): void
  onDrain(path: string): void
}

/** A running call; as RpcCall of the host. */
export interface WrpcCall {
  write(path: string, bytes: Uint8Array): boolean
  end(path: string): void
  resume(path: string): void
  cancel(): void
}
