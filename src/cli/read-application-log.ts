import { createLineFilter, LogRecords } from '../apps/logs/line-filter.js'
import type { LogText } from '../apps/logs/line-filter.js'
import type { Manifest } from '../apps/manifest/manifest.js'
import { followLog } from '../session/follow-log.js'

/** What of a log to read. */
export interface ApplicationLogOptions {
  readonly manifest: Manifest
  /** Name of a component in the manifest; default all of them. */
  readonly component: string | undefined
  readonly path: string
  readonly tail: number | undefined
  /** Hand each record over as it comes, until the signal, instead of returning them. */
  readonly follows: boolean
  readonly signal: AbortSignal
  readonly onRecord: (record: LogText) => void
}

/** The records of an application in the log of a session. Throws NOT_RUNNING where there is none. */
export async function readApplicationLog(options: ApplicationLogOptions): Promise<readonly LogText[]> {
  const { manifest, component, path, tail, follows, signal, onRecord } = options
  const matches = createLineFilter(manifest, component)
  const records = new LogRecords()
  const found: LogText[] = []
  const take = (record: LogText | undefined): void => {
    if (!record || !matches(record)) return
    if (follows) onRecord(record)
    else found.push(record)
  }
  for await (const lines of followLog(path, { follows, signal })) {
    for (const line of lines) take(records.push(line))
    // Who follows does not want to wait for the next record to see the last one.
    if (follows) take(records.flush())
  }
  take(records.flush())
  return tail === undefined ? found : tail === 0 ? [] : found.slice(-tail)
}
