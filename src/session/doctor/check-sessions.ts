import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Directories } from '../../core/directories.js'
import { allSessionFiles, type SessionFiles } from '../session-files.js'
import { clearStaleSession, readLiveSession } from '../session-state.js'
import type { Finding } from './finding.js'

const check = 'session'

/** The sessions of this user's data folder: those that run, and what killed ones have left. */
export async function checkSessions(folders: Directories): Promise<readonly Finding[]> {
  const findings = await Promise.all((await allSessionFiles(folders)).map(checkSession))
  const drafts = await checkDrafts(folders.data)
  const all = [...findings.flat(), ...drafts]
  return all.length > 0
    ? all
    : [{ check, level: 'ok', message: 'No lattice of yours runs here, and none left anything' }]
}

async function checkSession(files: SessionFiles): Promise<readonly Finding[]> {
  const text = await readFile(files.state, 'utf8').catch((failure: NodeJS.ErrnoException) => {
    if (failure.code === 'ENOENT') return undefined
    return '' // the folders tell why
  })
  if (text === undefined || text === '') return []
  const live = await readLiveSession(files)
  if (live) {
    const where = live.running ? `at ${live.running.natsUrl}` : 'is starting'
    return [
      { check, level: 'ok', message: `The lattice "${live.lattice}" runs as process ${live.pid}, ${where}` },
    ]
  }
  const pid = pidOf(text)
  if (pid === undefined) {
    return [
      {
        check,
        level: 'warning',
        message: `${files.state} cannot be read: whatever wrote it was cut short`,
        fix: `Move it away: mv ${files.state} ${files.state}.old`,
        repair: () => rename(files.state, `${files.state}.old`),
      },
    ]
  }
  return [
    {
      check,
      level: 'warning',
      message: `${files.state} is of process ${pid}, which is gone: it was killed`,
      fix: `Remove it: washi down`,
      repair: async () => void (await clearStaleSession(files)),
    },
  ]
}

function pidOf(text: string): number | undefined {
  try {
    const state: unknown = JSON.parse(text)
    const pid = typeof state === 'object' && state !== null && 'pid' in state ? state.pid : undefined
    return typeof pid === 'number' ? pid : undefined
  } catch {
    return undefined // torn
  }
}

/** Files that a kill has left between being written and being given their names. */
async function checkDrafts(folder: string): Promise<readonly Finding[]> {
  const names = await readdir(folder).catch(() => []) // the folders tell why
  const drafts = names.filter((name) => /^up(-\d+)?\.json\.\d+\.(new|stale)$/.test(name))
  return drafts.map((name) => {
    const file = join(folder, name)
    return {
      check,
      level: 'note',
      message: `${file} is what a killed process has left`,
      fix: `Remove it: rm ${file}`,
      repair: () => rm(file, { force: true }),
    }
  })
}
