import { link, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pid as ownPid } from 'node:process'
import { z } from 'zod'
import { AppError } from '../core/errors.js'
import { processMark } from '../core/process-mark.js'
import type { SessionFiles } from './session-files.js'

const schema = z.object({
  pid: z.number().int().positive(),
  /** See processMark(): a process id alone may by now be somebody else's. */
  mark: z.string(),
  startedAt: z.string(),
  lattice: z.string(),
  /** Filled in once it runs. */
  running: z
    .object({
      hostId: z.string(),
      /** All of them, where there are several. */
      hostIds: z.array(z.string()).optional(),
      natsUrl: z.string(),
      /** Whether the bus belongs to this session, rather than being one that it found. */
      ownsBus: z.boolean(),
      /** Whether the application manager runs in this session. */
      ownsManager: z.boolean(),
    })
    .optional(),
})

/** What a session tells about itself in its state file, for `up`, `down` and the clients of the same directory. */
export type SessionState = z.infer<typeof schema>
export type RunningSession = NonNullable<SessionState['running']>

/** Its hosts, the first one's first. */
export function hostIdsOf(running: RunningSession | undefined): readonly string[] {
  return running ? (running.hostIds ?? [running.hostId]) : []
}

/** The right to run in a directory, held by this process. */
export interface SessionClaim {
  /** Says that the session runs. */
  announce(running: RunningSession): Promise<SessionState>
  /** Gives the directory free. Idempotent. */
  release(): Promise<void>
}

/** The state of the session in a directory if its process lives; undefined where none does. */
export async function readLiveSession(files: SessionFiles): Promise<SessionState | undefined> {
  const state = await readState(files.state)
  return state !== undefined && (await isAlive(state)) ? state : undefined
}

/** Whether the process of that state still runs. */
export async function isAlive({ pid, mark }: Pick<SessionState, 'pid' | 'mark'>): Promise<boolean> {
  return (await processMark(pid)) === mark
}

/**
 * Takes a directory for this process. What a killed session left there is cleared away. Throws SESSION_RUNNING with the
 * process id of the session that lives there.
 */
export async function claimSession(
  files: SessionFiles,
  { lattice, startedAt }: { readonly lattice: string; readonly startedAt: string },
): Promise<SessionClaim> {
  const state = { pid: ownPid, mark: (await processMark(ownPid)) ?? '', startedAt, lattice }
  await mkdir(files.folder, { recursive: true })
  while (!(await createExclusively(files.state, state))) {
    const other = await readState(files.state)
    if (other !== undefined && (await isAlive(other))) throw alreadyRunning(files, other)
    await removeStale(files.state, other)
  }
  return {
    announce: async (running) => {
      const announced = { ...state, running }
      await replaceFile(files.state, announced)
      return announced
    },
    release: async () => {
      const current = await readState(files.state)
      if (current?.pid === state.pid && current.mark === state.mark) await rm(files.state, { force: true })
    },
  }
}

/** Removes the state file that a dead session left. */
export async function clearStaleSession(files: SessionFiles): Promise<boolean> {
  const state = await readState(files.state)
  if (state === undefined || (await isAlive(state))) return false
  await removeStale(files.state, state)
  return true
}

function alreadyRunning({ folder }: SessionFiles, { pid, lattice, running }: SessionState): AppError {
  const where = running === undefined ? 'it is still starting' : `at ${running.natsUrl}`
  return new AppError(
    'SESSION_RUNNING',
    `Cannot start: lattice "${lattice}" runs in ${folder} already, as process ${pid}, ${where}`,
    { hint: 'Stop it with "washi down", or start another one beside it: washi up --multi-local' },
  )
}

/** Whole or not at all: written under another name, then given this one if nobody has it. */
async function createExclusively(file: string, state: SessionState): Promise<boolean> {
  const draft = `${file}.${ownPid}.new`
  await writeDurably(draft, state)
  try {
    await link(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  } finally {
    await rm(draft, { force: true })
  }
}

async function replaceFile(file: string, state: SessionState): Promise<void> {
  const draft = `${file}.${ownPid}.new`
  await writeDurably(draft, state)
  await rename(draft, file)
}

async function writeDurably(file: string, state: SessionState): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 })
  const handle = await open(file, 'r+')
  await handle.sync().finally(() => handle.close())
}

/** Moves the file aside first: another process may have replaced it since it was read, and then it goes back. */
async function removeStale(file: string, seen: SessionState | undefined): Promise<void> {
  const aside = `${file}.${ownPid}.stale`
  try {
    await rename(file, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  const moved = await readState(aside)
  const isFresh = moved !== undefined && moved.mark !== seen?.mark && (await isAlive(moved))
  if (isFresh) await link(aside, file).catch(() => undefined) // a third process took the place: it decides
  await rm(aside, { force: true })
}

async function readState(file: string): Promise<SessionState | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined) // nobody was here
  if (text === undefined) return undefined
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    return undefined // torn or foreign: as good as stale
  }
}
