import { createDeferred } from '../../core/deferred.js'
import { messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { Bucket, BucketChange } from '../../lattice/key-value.js'

/** What watchUntilCurrent() needs beside the bucket. */
export interface WatchOptions {
  readonly signal: AbortSignal
  readonly log: Logger
  readonly onChange: (change: BucketChange) => void
}

/** A running watch. */
export interface RunningWatch {
  /** Resolves once everything stored has been reported; rejects where the watch could not begin. */
  readonly current: Promise<void>
  /** Resolves when the watch has ended; never rejects. */
  readonly ended: Promise<void>
}

/** Feeds a bucket's changes to `onChange` until the signal; a change that cannot be handled does not end the watch. */
export function watchUntilCurrent(bucket: Bucket, { signal, log, onChange }: WatchOptions): RunningWatch {
  const current = createDeferred<void>()
  const run = async (): Promise<void> => {
    for await (const change of bucket.watch({ signal })) {
      try {
        onChange(change)
      } catch (failure) {
        log.error('cannot handle a change in a bucket', { bucket: bucket.name, reason: messageOf(failure) })
      }
      if (change.kind === 'current') current.resolve()
    }
  }
  const ended = run().then(
    () => current.resolve(),
    (failure: unknown) => {
      current.reject(failure)
      log.error('a bucket is not watched any more', { bucket: bucket.name, reason: messageOf(failure) })
    },
  )
  // Whoever starts the watch awaits `current`; should it have been aborted before, nobody does.
  current.promise.catch(() => undefined)
  return { current: current.promise, ended }
}
