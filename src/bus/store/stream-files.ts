import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import { writeFileAtomically } from './atomic-file.js'

/** The files of one stream: `stream.json`, `messages.log` and `consumers/*.json` in a folder of its own. */
export interface StreamFiles {
  readonly logFile: string
  /** The document of the stream; undefined where it cannot be read (reported to the log). */
  readStream(): unknown
  writeStream(document: unknown): void
  /** The documents of all consumers that can be read. */
  readConsumers(): unknown[]
  writeConsumer(name: string, document: unknown): void
  removeConsumer(name: string): void
  /** Removes all of it. */
  remove(): void
  /** Moves the folder out of the way, so that the stream is not opened again; returns where it is now. */
  setAside(): string
}

/** The files of the stream called `name`; nothing is created before the first write. */
export function streamFiles(storeDir: string, name: string, log: Logger): StreamFiles {
  return filesIn(storeDir, fileNameOf(name), log)
}

/** The files of all streams that a store holds, in the order of their names. */
export function listStreamFiles(storeDir: string, log: Logger): StreamFiles[] {
  const root = join(storeDir, 'streams')
  if (!existsSync(root)) return []
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return folders
    .map((entry) => entry.name)
    .sort()
    .filter((folder) => existsSync(join(root, folder, 'stream.json')))
    .map((folder) => filesIn(storeDir, folder, log))
}

function filesIn(storeDir: string, folderName: string, log: Logger): StreamFiles {
  const folder = join(storeDir, 'streams', folderName)
  const consumers = join(folder, 'consumers')
  const streamFile = join(folder, 'stream.json')
  const consumerFile = (name: string): string => join(consumers, `${fileNameOf(name)}.json`)
  return {
    logFile: join(folder, 'messages.log'),
    readStream: () => readDocument(streamFile, log),
    writeStream: (document) => {
      mkdirSync(folder, { recursive: true })
      writeFileAtomically(streamFile, JSON.stringify(document), { sync: true })
    },
    readConsumers: () => {
      if (!existsSync(consumers)) return []
      const names = readdirSync(consumers).filter((name) => name.endsWith('.json'))
      return names.sort().map((name) => readDocument(join(consumers, name), log))
    },
    writeConsumer: (name, document) => {
      mkdirSync(consumers, { recursive: true })
      writeFileAtomically(consumerFile(name), JSON.stringify(document), { sync: false })
    },
    removeConsumer: (name) => rmSync(consumerFile(name), { force: true }),
    remove: () => {
      // First what makes it a stream: a kill in between leaves nothing that would be opened.
      rmSync(streamFile, { force: true })
      rmSync(folder, { recursive: true, force: true })
    },
    setAside: () => {
      const target = join(storeDir, 'damaged', `${folderName}-${Date.now()}`)
      mkdirSync(join(storeDir, 'damaged'), { recursive: true })
      renameSync(folder, target)
      return target
    },
  }
}

function readDocument(file: string, log: Logger): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (thrown) {
    log.error('Cannot read a file of the bus', { file, reason: messageOf(thrown) })
    return undefined
  }
}

/** A file name that is unique where file systems ignore case, and still tells people what it is. */
function fileNameOf(name: string): string {
  const readable = name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 80)
  return `${readable}-${createHash('sha256').update(name, 'latin1').digest('hex').slice(0, 12)}`
}
