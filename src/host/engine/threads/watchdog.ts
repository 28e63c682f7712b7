import type { CallFailure } from '../../http-exchange.js'
import type { PooledCall } from './pooled-call.js'
import type { ThreadHandle } from './thread-handle.js'

/** A guest whose caller has gone may go on for so long. */
const cancelGraceMs = 1_000
/** A guest that was told to end has so long before its thread is terminated. */
const abortGraceMs = 50
const minPeriodMs = 10
const maxPeriodMs = 500

/** How a call ends whose caller has no time left. */
export const callerIsLate: CallFailure = {
  kind: 'deadline',
  message: "The execution time of the caller's own call is over",
}

/** What the watchdog watches. */
export interface WatchdogOptions {
  readonly threads: () => readonly ThreadHandle[]
  readonly deadlineMs: () => number
  /** Ends a thread whose call did not end. */
  readonly kill: (thread: ThreadHandle, failure: CallFailure) => void
}

/**
 * Ends calls that are over their execution time, or whose callers have gone, with one timer for all calls of a pool:
 * first by telling the guest, which helps where it waits, then by terminating its thread.
 */
export class Watchdog {
  readonly #options: WatchdogOptions
  #timer: NodeJS.Timeout | undefined

  constructor(options: WatchdogOptions) {
    this.#options = options
  }

  /** Calls run from now on. */
  arm(): void {
    if (this.#timer === undefined) this.#timer = setTimeout(() => this.#sweep(), this.#period)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  get #period(): number {
    return Math.min(maxPeriodMs, Math.max(minPeriodMs, this.#options.deadlineMs() / 8))
  }

  #sweep(): void {
    this.#timer = undefined
    const now = performance.now()
    let isAnyRunning = false
    let isAnyAborting = false
    for (const thread of this.#options.threads()) {
      const call = thread.current
      if (call === undefined) continue
      isAnyRunning = true
      this.#check(thread, call, now)
      isAnyAborting ||= call.killAt !== undefined
    }
    if (isAnyAborting) this.#timer = setTimeout(() => this.#sweep(), abortGraceMs)
    else if (isAnyRunning) this.arm()
  }

  #check(thread: ThreadHandle, call: PooledCall, now: number): void {
    const failure = this.#failureOf(thread, call, now)
    if (failure === undefined) return
    if (call.killAt === undefined) {
      call.killAt = now + abortGraceMs
      thread.sendAbort(call, failure)
    } else if (now >= call.killAt) this.#options.kill(thread, failure)
  }

  #failureOf(thread: ThreadHandle, call: PooledCall, now: number): CallFailure | undefined {
    const deadlineMs = this.#options.deadlineMs()
    if (now >= call.deadlineAt) return callerIsLate
    if (now - thread.since > deadlineMs) {
      const [waitsFor] = thread.linked.describeOpen()
      const remark = waitsFor === undefined ? '' : `; it was waiting for ${waitsFor}`
      const message = `The call took longer than its execution time of ${deadlineMs} ms${remark}`
      return { kind: 'deadline', message }
    }
    if (call.cancelledAt !== undefined && now - call.cancelledAt > cancelGraceMs) {
      return { kind: 'cancelled', message: 'The caller went away and the component did not end by itself' }
    }
    return undefined
  }
}
