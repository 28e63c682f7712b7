import type { ThreadHandle } from './thread-handle.js'

/** A call that has computed for so long does not count on being over soon. */
const stuckMs = 100
/** A wait that is not worth waking another thread for. */
const shortWaitMicros = 2_000
/** A wait that another thread would shorten. */
const longWaitMicros = 5_000
/** Threads that wait within a call take no processor, but memory: of those there may be so many times more. */
const blockedFactor = 8

/**
 * The first thread where a further call would start at once or nearly so, else the one with the fewest calls. Short
 * calls thus keep one thread awake instead of waking several in turns, which costs more than the calls do.
 */
export function pickThread(threads: readonly ThreadHandle[]): ThreadHandle | undefined {
  let best: ThreadHandle | undefined
  let bestLoad = Infinity
  for (const thread of threads) {
    if (!thread.isAccepting) continue
    const { load } = thread
    if (load === 0) return thread
    if (thread.isSlow) continue
    if (thread.expectedWaitMicros < shortWaitMicros) return thread
    if (load >= bestLoad) continue
    best = thread
    bestLoad = load
  }
  return best
}

/** How many threads there may be. */
export interface ThreadLimits {
  /** Of threads that do not wait within a call. */
  readonly maxThreads: number
  /** Of calls at a time. */
  readonly maxInstances: number
}

/** The most threads of all, whatever they do. */
export function mostThreads({ maxThreads, maxInstances }: ThreadLimits): number {
  return Math.max(1, Math.min(maxInstances, maxThreads * blockedFactor))
}

/** Whether there may be one more thread: guests that wait for others must not keep those from being served. */
export function mayGrow(threads: readonly ThreadHandle[], limits: ThreadLimits): boolean {
  const staying = threads.filter(isStaying)
  if (staying.length < Math.min(limits.maxThreads, limits.maxInstances)) return true
  if (staying.length >= mostThreads(limits)) return false
  return staying.filter(({ isBlocked }) => !isBlocked).length < limits.maxThreads
}

/**
 * Not while a thread is starting or one that makes progress is soon free, nor while such threads have all of the
 * processors: one more would only take turns with them. Threads whose call waits, or has computed for long, do not count.
 */
export function isGrowthUseful(
  threads: readonly ThreadHandle[],
  { now, processors }: { readonly now: number; readonly processors: () => number },
): boolean {
  if (threads.some(({ state }) => state === 'starting')) return false
  const progressing = threads.filter(
    ({ isRetiring, load, isBlocked, since }) =>
      !isRetiring && (load === 0 || (!isBlocked && now - since < stuckMs)),
  )
  if (progressing.length === 0) return true
  const shortestWait = Math.min(...progressing.map(({ expectedWaitMicros }) => expectedWaitMicros))
  if (shortestWait < longWaitMicros) return false
  return progressing.length < processors()
}

/** Whether the thread takes further calls, now or once it has started. */
export function isStaying({ isRetiring }: ThreadHandle): boolean {
  return !isRetiring
}
