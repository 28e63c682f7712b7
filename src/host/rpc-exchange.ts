import type { WrpcCall, WrpcRequest, WrpcSink } from '../lattice/wrpc/exchange.js'
import type { CallFailure } from './http-exchange.js'

/**
 * The one form that a call has outside a guest's thread, whether it stays on this host or crosses the lattice: that of the
 * wire, with the failures of a host.
 */

/** A call. */
export interface RpcRequest extends WrpcRequest {
  /**
   * When the caller's own time is over, as performance.now() has it: the call ends then, too, for a circle of calls would
   * never end otherwise. Default: only limits of the target end it.
   */
  readonly deadlineAt?: number | undefined
}

/** The answer's receiver, implemented by the caller. */
export type RpcAnswerSink = WrpcSink<CallFailure>

/** A running call, implemented by the target. */
export type RpcCall = WrpcCall

/** Something that answers calls: a guest pool, an embedded provider, a party elsewhere on the lattice. */
export interface RpcTarget {
  /** Starts a call. Never throws: failures go to the sink, and never before invoke() has returned. */
  invoke(request: RpcRequest, sink: RpcAnswerSink): RpcCall
}
