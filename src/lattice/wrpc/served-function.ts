import type { CompletionScanner, WrpcCall, WrpcRequest, WrpcSink } from './exchange.js'

/** A function that is served. */
export interface ServedFunction {
  readonly instance: string
  readonly function: string
  readonly asyncParams: readonly string[]
  readonly asyncResults: readonly string[]
  /**
   * Makes a scanner for the parameters of one call, which tells once the synchronous ones are complete; their end is told
   * by the caller as well, but some callers send it late. Without it, the end alone counts.
   */
  readonly createScanner?: (() => CompletionScanner) | undefined
}

/** What answers calls; as RpcTarget of the host. Takes the failure of any kind. */
export interface WrpcTarget {
  invoke(request: WrpcRequest, sink: ServedSink): WrpcCall
}

/** Where a target answers. */
export interface ServedSink extends Omit<WrpcSink, 'onFailure'> {
  onFailure(failure: { readonly kind: string; readonly message: string }): void
}

/** What a call says of itself. */
export interface InvocationHeaders {
  readonly sourceId: string
  readonly linkName: string
  readonly traceparent: string | undefined
  readonly tracestate: string | undefined
}
