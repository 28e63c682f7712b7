import { rename } from 'node:fs/promises'
import { inspectStore, repairLog, type StoreDamage } from '../../bus/store/inspect-store.js'
import type { Directories } from '../../core/directories.js'
import { messageOf } from '../../core/errors.js'
import { allSessionFiles, type SessionFiles } from '../session-files.js'
import { readLiveSession } from '../session-state.js'
import type { Finding } from './finding.js'

const check = 'store'

/** Whether what the embedded buses have stored can be read; those of a running lattice are left alone. */
export async function checkStores(folders: Directories): Promise<readonly Finding[]> {
  const stores = await allSessionFiles(folders)
  return (await Promise.all(stores.map(checkStore))).flat()
}

async function checkStore(files: SessionFiles): Promise<readonly Finding[]> {
  if (await readLiveSession(files)) {
    return [
      { check, level: 'ok', message: `The bus uses ${files.store}; it is looked at when no lattice runs` },
    ]
  }
  try {
    const { streams, messages, damages, keptAside } = await inspectStore(files.store)
    const found = damages.map((damage) => toFinding(files.store, damage))
    const aside = keptAside.map((path) => toAside(path))
    if (found.length > 0) return [...found, ...aside]
    return [
      { check, level: 'ok', message: `${files.store} is whole: ${streams} streams, ${messages} records` },
      ...aside,
    ]
  } catch (failure) {
    const message = `The data of the bus cannot be read: ${messageOf(failure)}`
    return [{ check, level: 'error', message, fix: `Make it yours: chmod -R u+rwX ${files.store}` }]
  }
}

function toFinding(store: string, { file, kind, detail }: StoreDamage): Finding {
  switch (kind) {
    case 'cut-off':
      return {
        ...{ check, level: 'note', message: `${file} ends with a write that was cut off (${detail})` },
        ...{
          fix: 'Cut it off, as the next "washi up" does: washi doctor --fix',
          repair: () => repairLog(store, file),
        },
      }
    case 'damaged':
      return {
        ...{ check, level: 'warning', message: `${file} is damaged in ${detail}` },
        fix: 'Keep what is whole, and a copy: washi doctor --fix',
        repair: () => repairLog(store, file),
      }
    case 'no-header':
      return {
        ...{ check, level: 'error', message: `${file} is no file of the bus any more: ${detail}` },
        fix: 'Begin anew and keep a copy: washi doctor --fix; then put again what was in it',
        repair: () => repairLog(store, file),
      }
    case 'document':
      return {
        ...{ check, level: 'error', message: `${file} cannot be read: ${detail}` },
        fix: `Set it aside: mv ${file} ${file}.old`,
        repair: () => rename(file, `${file}.old`),
      }
    case 'unreadable':
      return { check, level: 'error', message: `Cannot read ${file}: ${detail}`, fix: `chmod u+rw ${file}` }
    default:
      return kind satisfies never
  }
}

function toAside(path: string): Finding {
  const message = `${path} is a copy of what was damaged`
  return { check, level: 'note', message, fix: `Remove it once nothing of it is missed: rm -r ${path}` }
}
