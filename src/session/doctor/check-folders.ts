import { constants } from 'node:fs'
import { access, chmod, readdir, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Directories } from '../../core/directories.js'
import { messageOf } from '../../core/errors.js'
import type { Finding } from './finding.js'

const check = 'folders'
/** Less than that is free: the bus may soon not be able to write. */
const scarceBytes = 200 * 1024 * 1024

/** Whether the folders of the user can be read and written, have room, and keep secrets to themselves. */
export async function checkFolders(folders: Directories, keyFolder: string): Promise<readonly Finding[]> {
  const named = [
    ['configuration', folders.config],
    ['data', folders.data],
    ['cache', folders.cache],
  ] as const
  const access = await Promise.all(named.map(([what, folder]) => checkAccess(what, folder)))
  return [...access, ...(await checkRoom(folders.data)), ...(await checkKeys(keyFolder))]
}

async function checkAccess(what: string, folder: string): Promise<Finding> {
  try {
    const found = await stat(folder)
    if (!found.isDirectory()) {
      const message = `The ${what} folder ${folder} is a file`
      return { check, level: 'error', message, fix: `Move it away: mv ${folder} ${folder}.old` }
    }
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK)
    return { check, level: 'ok', message: `The ${what} folder is ${folder}` }
  } catch (failure) {
    return isMissing(failure) ? await checkCreatable(what, folder) : inaccessible(what, folder, failure)
  }
}

/** One that is not there yet is made where it is needed, if somebody may. */
async function checkCreatable(what: string, folder: string): Promise<Finding> {
  const parent = await nearestFolder(folder)
  try {
    await access(parent, constants.W_OK | constants.X_OK)
    return { check, level: 'ok', message: `The ${what} folder ${folder} will be made when it is needed` }
  } catch (failure) {
    return inaccessible(what, parent, failure)
  }
}

function inaccessible(what: string, folder: string, failure: unknown): Finding {
  return {
    check,
    level: 'error',
    message: `The ${what} folder cannot be used: ${messageOf(failure)}`,
    fix: `Make it yours: sudo chown -R "$USER" ${folder} && chmod u+rwX ${folder}; or set WASHI_HOME to another one`,
  }
}

async function nearestFolder(folder: string): Promise<string> {
  const there = await stat(folder).then(
    () => true,
    (failure: unknown) => !isMissing(failure),
  )
  const parent = dirname(folder)
  return there || parent === folder ? folder : await nearestFolder(parent)
}

async function checkRoom(folder: string): Promise<readonly Finding[]> {
  const room = await statfs(await nearestFolder(folder)).catch(() => undefined) // said above already
  if (!room || room.bavail * room.bsize >= scarceBytes) return []
  const free = Math.floor((room.bavail * room.bsize) / 1024 / 1024)
  const message = `Only ${free} MB are free for ${folder}`
  return [
    { check, level: 'warning', message, fix: 'Delete what is not needed, or set WASHI_HOME to another disk' },
  ]
}

/** Seeds that others may read. */
async function checkKeys(folder: string): Promise<readonly Finding[]> {
  if (process.platform === 'win32') return []
  const files = await readdir(folder).catch(() => []) // there are none
  const findings: Finding[] = []
  for (const file of files.filter((name) => name.endsWith('.nk')).map((name) => join(folder, name))) {
    const { mode } = await stat(file)
    if ((mode & 0o077) === 0) continue
    findings.push({
      check,
      level: 'warning',
      message: `Others may read the seed in ${file}`,
      fix: `Keep it to yourself: chmod 600 ${file}`,
      repair: () => chmod(file, 0o600),
    })
  }
  return findings
}

function isMissing(failure: unknown): boolean {
  return failure instanceof Error && 'code' in failure && failure.code === 'ENOENT'
}
