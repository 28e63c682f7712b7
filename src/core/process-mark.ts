import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { kill, platform } from 'node:process'
import { promisify } from 'node:util'

/**
 * Tells one life of a process id from the next: when that process was started, in the system's own words. undefined when
 * no such process runs; an empty mark where the system does not tell.
 */
export async function processMark(pid: number): Promise<string | undefined> {
  if (platform === 'linux') return await markFromProc(pid)
  if (!isThere(pid)) return undefined
  return platform === 'win32' ? '' : await markFromPs(pid)
}

/** The start time (field 22) of /proc/PID/stat; undefined for zombies, which only wait for their parent to look. */
export function parseProcStat(stat: string): string | undefined {
  // The second field is the program's name in parentheses, and may itself hold spaces and parentheses.
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return state === 'Z' || state === 'X' ? undefined : rest[18]
}

async function markFromProc(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined) // it has ended
  return stat === undefined ? undefined : parseProcStat(stat)
}

async function markFromPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=,lstart=', '-p', String(pid)])
    const text = stdout.trim()
    return text === '' || text.startsWith('Z') ? undefined : text.replace(/^\S+\s+/, '')
  } catch {
    return undefined // ps fails where there is no such process
  }
}

function isThere(pid: number): boolean {
  try {
    kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // somebody else's, but there
  }
}
