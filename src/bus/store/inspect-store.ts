import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { silentLogger } from '../../core/log.js'
import { acquireStoreLock } from '../store-lock.js'
import type { LogRecord } from './log-format.js'
import { decodeLogHeader, logHeaderBytes, scanLog } from './log-format.js'
import { openMessageLog } from './message-log.js'

/** What is wrong with a file of a store. */
export interface StoreDamage {
  readonly file: string
  readonly kind:
    | 'unreadable' // the file system refuses
    | 'no-header' // nothing of the file can be used
    | 'damaged' // some records cannot
    | 'cut-off' // the last one was not written whole, as after a kill
    | 'document' // a description of a stream or consumer is no JSON
  /** In words: `3 places of 40 records`. */
  readonly detail: string
}

/** What a look at a store found. */
export interface StoreReport {
  readonly streams: number
  readonly messages: number
  readonly damages: readonly StoreDamage[]
  /** Folders and copies of what was damaged before, kept aside. */
  readonly keptAside: readonly string[]
}

/** Reads all of a store without changing it; for one that no bus uses. A folder that is not there is an empty store. */
export async function inspectStore(storeDir: string): Promise<StoreReport> {
  const root = join(storeDir, 'streams')
  const damages: StoreDamage[] = []
  let messages = 0
  const folders = readFolder(root)
  for (const folder of folders) {
    const files = readFolder(join(root, folder))
    const consumers = readFolder(join(root, folder, 'consumers')).map((name) => join('consumers', name))
    for (const name of [...files, ...consumers].filter((each) => each.endsWith('.json')))
      damages.push(...(await inspectDocument(join(root, folder, name))))
    if (!files.includes('messages.log')) continue
    const log = await inspectLog(join(root, folder, 'messages.log'))
    messages += log.records
    damages.push(...log.damages)
  }
  const copies = folders.flatMap((folder) =>
    readFolder(join(root, folder))
      .filter((name) => name.includes('.damaged-'))
      .map((name) => join(root, folder, name)),
  )
  const aside = readFolder(join(storeDir, 'damaged')).map((name) => join(storeDir, 'damaged', name))
  return { streams: folders.length, messages, damages, keptAside: [...copies, ...aside] }
}

/**
 * Keeps what is whole of a log, and a copy of the file beside it where more than its end was damaged. Throws
 * BUS_STORE_LOCKED where a bus uses the store.
 */
export async function repairLog(storeDir: string, file: string): Promise<void> {
  const lock = await acquireStoreLock(storeDir)
  try {
    const records: LogRecord[] = []
    const log = openMessageLog(file, { log: silentLogger, onRecord: (record) => records.push(record) })
    try {
      log.rewrite(records) // without what is damaged, which would be found again each time
    } finally {
      await log.close()
    }
  } finally {
    await lock.release()
  }
}

async function inspectDocument(file: string): Promise<readonly StoreDamage[]> {
  try {
    JSON.parse(await readFile(file, 'utf8'))
    return []
  } catch (failure) {
    const kind = failure instanceof SyntaxError ? 'document' : 'unreadable'
    return [{ file, kind, detail: failure instanceof Error ? failure.message : String(failure) }]
  }
}

async function inspectLog(
  file: string,
): Promise<{ readonly records: number; readonly damages: readonly StoreDamage[] }> {
  let content: Buffer
  try {
    content = readFileSync(file)
  } catch (failure) {
    return { records: 0, damages: [{ file, kind: 'unreadable', detail: String(failure) }] }
  }
  if (content.length < logHeaderBytes) return { records: 0, damages: [] }
  const salt = decodeLogHeader(content)
  if (salt === undefined)
    return {
      records: 0,
      damages: [{ file, kind: 'no-header', detail: `${content.length} bytes without a header` }],
    }
  let records = 0
  const { end, damaged } = scanLog(content, salt, () => (records += 1))
  const damages: StoreDamage[] = []
  if (damaged.length > 0)
    damages.push({ file, kind: 'damaged', detail: `${damaged.length} places; ${records} records are whole` })
  if (end < content.length)
    damages.push({
      file,
      kind: 'cut-off',
      detail: `${content.length - end} bytes after the last whole record`,
    })
  return { records, damages }
}

function readFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort()
  } catch (failure) {
    if (
      failure instanceof Error &&
      'code' in failure &&
      (failure.code === 'ENOENT' || failure.code === 'ENOTDIR')
    )
      return []
    throw failure
  }
}
