/** What one party keeps and waits for at most. */
export interface WrpcLimits {
  /** Bytes of values, and bytes that a slow reader leaves lying, of one call. */
  readonly maxCallBytes: number
  /** The same of all calls together. */
  readonly maxTotalBytes: number
  /** Bytes that may be on the way to the bus before writers are asked to wait. */
  readonly maxUnsentBytes: number
  /** Calls whose parameters are not complete. */
  readonly maxHalfOpenCalls: number
  /** A party that listens accepts a call within this time, or is too busy to. */
  readonly acceptMs: number
  /** No call takes longer: the greatest execution time of real hosts. */
  readonly deadlineMs: number
  /** A caller that never completes its parameters is given up after this time. */
  readonly paramsMs: number
  /** How often calls are looked after. */
  readonly sweepMs: number
}

/** Fills in what is not given. */
export function resolveWrpcLimits(limits: Partial<WrpcLimits> = {}): WrpcLimits {
  return {
    maxCallBytes: 64 * 1024 * 1024,
    maxTotalBytes: 512 * 1024 * 1024,
    maxUnsentBytes: 1024 * 1024,
    maxHalfOpenCalls: 10_000,
    acceptMs: 10_000,
    deadlineMs: 600_000,
    paramsMs: 10_000,
    sweepMs: 100,
    ...limits,
  }
}
