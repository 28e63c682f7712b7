/**
 * The seam between whoever receives an HTTP request (the http-server provider, later wRPC) and whoever answers it (a
 * guest pool, later a remote target). Push style and free of per-chunk promises, because it is the hot path.
 *
 * Headers are alternating names and values as Node's `rawHeaders` has them, one char per byte (latin1), so duplicates
 * and order survive in both directions.
 */

/** The head of a request. */
export interface HttpRequestHead {
  readonly method: string
  readonly scheme: 'http' | 'https'
  /** The Host header or HTTP/2 authority; empty where the client sent none. */
  readonly authority: string
  /** Path with query, beginning with `/` (or `*` for OPTIONS). */
  readonly path: string
  readonly rawHeaders: readonly string[]
}

/** Why a call ended without a complete answer. `message` is safe to log, not to send to the client. */
export interface CallFailure {
  readonly kind:
    | 'trap' // the guest trapped
    | 'exit' // the guest called exit
    | 'deadline' // over its execution time
    | 'memory' // over its memory limit
    | 'no-answer' // the handler returned without setting the response
    | 'error-code' // the handler answered with an error-code
    | 'unavailable' // nothing can take the call: not running, or its queue is full
    | 'no-link' // the caller has no link for it; the message holds the command that makes one
    | 'refused' // whoever decides what may be called refuses it
    | 'bad-value' // parameters or results are no values of their types
    | 'cancelled' // the caller went away
  readonly message: string
}

/**
 * The answer's receiver, implemented by the caller. Order of calls: onHead once, onChunk any number of times, then
 * exactly one of onEnd and onFailure; onFailure may also come first. After cancel() nothing is called any more.
 */
export interface HttpAnswerSink {
  onHead(status: number, rawHeaders: readonly string[]): void
  /** Takes over the chunk. Returns false when the client is slow: then no more until HttpCall.resume(). */
  onChunk(chunk: Uint8Array): boolean
  onEnd(rawTrailers: readonly string[]): void
  /** Before onHead: answer 500 (deadline: 504, unavailable: 503). After it: break the connection off. */
  onFailure(failure: CallFailure): void
  /** The target can take request body again after write() returned false. */
  onDrain(): void
}

/** A running call, implemented by the target. All methods are safe after the call has ended. */
export interface HttpCall {
  /** Sends a chunk of the request body and takes it over. Returns false when full: wait for onDrain. */
  write(chunk: Uint8Array): boolean
  /** Ends the request body; called exactly once unless cancelled. */
  end(rawTrailers?: readonly string[]): void
  /** The client can take more after onChunk returned false. */
  resume(): void
  /** The caller is gone: the guest's streams close, and the instance ends if it does not return by itself. */
  cancel(): void
}

/** Something that answers HTTP requests. */
export interface HttpTarget {
  /**
   * Starts a call. Never throws: failures go to the sink.
   * `hasBody` false means that the request has no body, and end() need not be called. `sourceId` is who sends it, where known.
   */
  handleHttp(head: HttpRequestHead, hasBody: boolean, sink: HttpAnswerSink, sourceId?: string): HttpCall
}
