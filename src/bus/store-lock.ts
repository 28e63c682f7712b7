import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../core/errors.js'
import { processMark } from '../core/process-mark.js'

/** The right to write to a store folder, until it is released. */
export interface StoreLock {
  /** Lets the next one in. Idempotent; leaves a lock that somebody else took over alone. */
  release(): Promise<void>
}

const LOCK_FILE = 'bus.lock'

/** The process that holds a lock. The start time tells it from a later process with the same id, where it is known. */
interface Holder {
  readonly pid: number
  readonly startedAt: string | undefined
}

/**
 * Takes the single-writer lock of a store folder, which is created where missing. The lock of a dead process is taken
 * over. Rejects with BUS_STORE_LOCKED where a live one holds it, be it this process.
 */
export async function acquireStoreLock(storeDir: string): Promise<StoreLock> {
  await mkdir(storeDir, { recursive: true })
  const file = join(storeDir, LOCK_FILE)
  const startedAt = await processMark(process.pid)
  const content = JSON.stringify({ pid: process.pid, startedAt, id: randomUUID() })
  while (!(await tryCreate(file, content))) {
    const found = await readFile(file, 'utf8').catch(ignoreMissing)
    if (found === undefined) continue
    const holder = parseHolder(found)
    if (holder && (await isAlive(holder))) throw lockedError(storeDir, holder.pid)
    await removeStale(file, found)
  }
  return { release: () => removeOwn(file, content) }
}

async function tryCreate(file: string, content: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx')
    await handle.writeFile(content).finally(() => handle.close())
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  }
}

/**
 * Removes the lock of a dead process. Moving it aside first shows whether somebody else was faster and the file is a new
 * lock by now, which is then put back.
 */
async function removeStale(file: string, content: string): Promise<void> {
  const aside = `${file}.${process.pid}.stale`
  await rename(file, aside).catch(ignoreMissing)
  const moved = await readFile(aside, 'utf8').catch(ignoreMissing)
  if (moved !== undefined && moved !== content) await rename(aside, file)
  else await rm(aside, { force: true })
}

async function removeOwn(file: string, content: string): Promise<void> {
  const found = await readFile(file, 'utf8').catch(ignoreMissing)
  if (found === content) await rm(file, { force: true })
}

/** Undefined for what no bus wrote in full: a process that died between creating the file and writing to it. */
function parseHolder(content: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(content)
    if (typeof value !== 'object' || value === null || !('pid' in value)) return undefined
    const startedAt =
      'startedAt' in value && typeof value.startedAt === 'string' ? value.startedAt : undefined
    return typeof value.pid === 'number' && value.pid > 0 ? { pid: value.pid, startedAt } : undefined
  } catch {
    return undefined // Not JSON: cut short.
  }
}

async function isAlive({ pid, startedAt }: Holder): Promise<boolean> {
  const mark = await processMark(pid)
  return mark !== undefined && (startedAt === undefined || startedAt === mark)
}

function lockedError(storeDir: string, pid: number): AppError {
  return new AppError('BUS_STORE_LOCKED', `Cannot start a bus on "${storeDir}": process ${pid} uses it`, {
    hint: `Stop process ${pid}, or choose another data directory`,
  })
}

function ignoreMissing(error: unknown): undefined {
  if (!isCode(error, 'ENOENT')) throw error
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
