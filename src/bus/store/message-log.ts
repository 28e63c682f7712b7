import { randomBytes } from 'node:crypto'
import {
  closeSync,
  copyFileSync,
  fdatasync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { createDeferred } from '../../core/deferred.js'
import { messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import { syncFolder, writeAll } from './atomic-file.js'
import { decodeLogHeader, encodeLogHeader, encodeRecord, logHeaderBytes, scanLog } from './log-format.js'
import type { LogRecord } from './log-format.js'

/** What openMessageLog() needs beside the file. */
export interface MessageLogOptions {
  readonly log: Logger
  /** Receives each record that the file holds, in order, before openMessageLog() returns. */
  readonly onRecord: (record: LogRecord) => void
}

const rewriteChunkBytes = 1 << 20

/**
 * Opens or creates a log. A torn write at its end (a kill while writing) is cut off; damage elsewhere costs the damaged
 * records only, is reported to the log, and leaves a copy of the file beside it.
 */
export function openMessageLog(file: string, { log, onRecord }: MessageLogOptions): MessageLog {
  mkdirSync(dirname(file), { recursive: true })
  const content = readIfThere(file)
  if (content === undefined || content.length === 0) return createLog(file)
  const salt = decodeLogHeader(content)
  if (salt === undefined) {
    if (content.length >= logHeaderBytes) setAside(file, log, 'has no readable header')
    return createLog(file)
  }
  const { end, damaged } = scanLog(content, salt, onRecord)
  if (damaged.length > 0) setAside(file, log, `is damaged in ${damaged.length} place(s)`)
  const descriptor = openSync(file, 'r+')
  // The header is rewritten in case one of its copies was damaged or cut off.
  writeAll(descriptor, encodeLogHeader(salt), 0)
  if (end < content.length) {
    log.warn('A write was cut off at the end of a stream file; dropped it', {
      file,
      bytes: content.length - end,
    })
    ftruncateSync(descriptor, Math.max(end, logHeaderBytes))
  }
  return new MessageLog(file, { descriptor, salt, size: Math.max(end, logHeaderBytes) })
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw thrown
  }
}

function setAside(file: string, log: Logger, what: string): void {
  const copy = `${file}.damaged-${Date.now()}`
  copyFileSync(file, copy)
  log.error(`A stream file ${what}; kept a copy and recovered what is whole`, { file, copy })
}

function createLog(file: string): MessageLog {
  const salt = randomBytes(4).readUInt32LE()
  const descriptor = openSync(file, 'w+')
  writeAll(descriptor, encodeLogHeader(salt), 0)
  syncFolder(dirname(file))
  return new MessageLog(file, { descriptor, salt, size: logHeaderBytes })
}

interface OpenLog {
  readonly descriptor: number
  readonly salt: number
  readonly size: number
}

/** An append-only file of records. What append() took survives the death of the process; sync() makes it survive power loss. */
export class MessageLog {
  readonly #file: string
  readonly #salt: number
  #descriptor: number
  #size: number
  #dirty = false
  #syncing: Promise<void> | undefined

  constructor(file: string, { descriptor, salt, size }: OpenLog) {
    this.#file = file
    this.#descriptor = descriptor
    this.#salt = salt
    this.#size = size
  }

  /** Bytes in the file. */
  get size(): number {
    return this.#size
  }

  /** Writes the records in one go. Throws what the file system throws; the file is then as before. */
  append(records: readonly LogRecord[]): void {
    const [first] = records
    if (first === undefined) return
    const encoded = records.map((record) => encodeRecord(record, this.#salt))
    const buffer = encoded.length === 1 && encoded[0] ? encoded[0] : Buffer.concat(encoded)
    this.#dirty = true
    try {
      writeAll(this.#descriptor, buffer, this.#size)
    } catch (thrown) {
      this.#cutBack()
      throw thrown
    }
    this.#size += buffer.length
  }

  /** Replaces the content, in one step. */
  rewrite(records: Iterable<LogRecord>): void {
    const temporary = `${this.#file}.tmp`
    const descriptor = openSync(temporary, 'w+')
    let size = 0
    try {
      for (const chunk of chunks(records, this.#salt)) {
        writeAll(descriptor, chunk, size)
        size += chunk.length
      }
      fsyncSync(descriptor)
      renameSync(temporary, this.#file)
    } catch (thrown) {
      closeSync(descriptor)
      throw thrown
    }
    syncFolder(dirname(this.#file))
    this.#release(this.#descriptor)
    this.#descriptor = descriptor
    this.#size = size
    this.#dirty = false
  }

  /** Asks the system to put what was written on the disk. Does not wait; resolves when it is there. */
  sync(): Promise<void> {
    if (this.#syncing) return this.#syncing
    if (!this.#dirty) return Promise.resolve()
    this.#dirty = false
    const { promise, resolve, reject } = createDeferred<void>()
    fdatasync(this.#descriptor, (failure) => {
      this.#syncing = undefined
      if (failure) reject(new Error(`Cannot sync "${this.#file}": ${messageOf(failure)}`, { cause: failure }))
      else resolve()
    })
    this.#syncing = promise
    return promise
  }

  /** Syncs and closes the file. */
  async close(): Promise<void> {
    try {
      await this.#syncing
      await this.sync()
    } finally {
      closeSync(this.#descriptor)
    }
  }

  /** Closes the file, whatever is unsynced: it is about to be removed. */
  discard(): void {
    this.#release(this.#descriptor)
  }

  #cutBack(): void {
    try {
      ftruncateSync(this.#descriptor, this.#size)
    } catch {
      // The next write goes over the torn one, and the scan of the next start cuts off what is left of it.
    }
  }

  #release(descriptor: number): void {
    const close = (): void => closeSync(descriptor)
    if (this.#syncing) this.#syncing.then(close, close)
    else close()
  }
}

function* chunks(records: Iterable<LogRecord>, salt: number): Generator<Buffer> {
  let parts: Buffer[] = [encodeLogHeader(salt)]
  let bytes = 0
  for (const record of records) {
    const encoded = encodeRecord(record, salt)
    parts.push(encoded)
    bytes += encoded.length
    if (bytes < rewriteChunkBytes) continue
    yield Buffer.concat(parts)
    parts = []
    bytes = 0
  }
  yield Buffer.concat(parts)
}
