import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { platform } from 'node:process'
import { promisify } from 'node:util'

/** The process that listens on a TCP port. */
export interface PortOwner {
  readonly pid: number
  /** The program's name, without arguments (they may hold secrets). */
  readonly command: string
}

/** Who listens on the local TCP port, where the system lets us know; undefined otherwise. Never throws. */
export async function findPortOwner(port: number): Promise<PortOwner | undefined> {
  try {
    return platform === 'linux' ? await findInProc(port) : await findWithLsof(port)
  } catch {
    // Knowing the owner is a courtesy: another user's process, or a system without the means, leaves it unknown.
    return undefined
  }
}

async function findInProc(port: number): Promise<PortOwner | undefined> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(readIfThere))
  const inodes = new Set(tables.flatMap((table) => listeningInodes(table, port)))
  if (inodes.size === 0) return undefined
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    if (!(await holdsSocket(pid, inodes))) continue
    return { pid: Number(pid), command: (await readIfThere(`/proc/${pid}/comm`)).trim() }
  }
  return undefined
}

/** Inodes of listening sockets (state 0A) of the port in a table of /proc/net. */
function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(suffix) && columns[3] === '0A')
    .map((columns) => columns[9] ?? '')
}

async function holdsSocket(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => [])
  for (const descriptor of descriptors) {
    const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '')
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1]
    if (inode !== undefined && inodes.has(inode)) return true
  }
  return false
}

async function readIfThere(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '')
}

async function findWithLsof(port: number): Promise<PortOwner | undefined> {
  const { stdout } = await promisify(execFile)('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'])
  const pid = /^p(\d+)$/m.exec(stdout)?.[1]
  const command = /^c(.+)$/m.exec(stdout)?.[1]
  return pid === undefined || command === undefined ? undefined : { pid: Number(pid), command }
}
