import type { CallFailure, HttpAnswerSink, HttpCall } from '../http-exchange.js'
import type { RpcAnswerSink, RpcCall } from '../rpc-exchange.js'

/** A call that comes to nothing: tells why once the caller holds it, unless that gives up before. */
export function refuseCall(sink: RpcAnswerSink, failure: CallFailure): RpcCall {
  const nothing = (): void => undefined
  return { write: () => true, end: nothing, resume: nothing, cancel: failLater(sink, failure) }
}

/** The same for a request. */
export function refuseRequest(sink: HttpAnswerSink, failure: CallFailure): HttpCall {
  const nothing = (): void => undefined
  return { write: () => true, end: nothing, resume: nothing, cancel: failLater(sink, failure) }
}

/** Returns what calls it off. */
function failLater(sink: { onFailure(failure: CallFailure): void }, failure: CallFailure): () => void {
  let isCancelled = false
  queueMicrotask(() => isCancelled || sink.onFailure(failure))
  return () => void (isCancelled = true)
}
