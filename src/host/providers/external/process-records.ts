import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pid as ownPid } from 'node:process'
import { z } from 'zod'
import type { Logger } from '../../../core/log.js'
import { processMark } from '../../../core/process-mark.js'
import { killGroup } from './kill-group.js'

const schema = z.object({
  pid: z.number().int().min(2),
  /** See processMark(): a process id alone may by now be somebody else's. */
  mark: z.string().min(1),
  host: z.object({ pid: z.number().int().positive(), mark: z.string() }),
})
type ProcessRecord = z.infer<typeof schema>

/** Which provider processes belong to which host, on disk: for the host after one that was killed. */
export interface ProcessRecords {
  /** Remembers a process of this host; the returned function forgets it. */
  add(pid: number): Promise<() => Promise<void>>
  /** Ends the processes whose hosts are gone. */
  endOrphans(log: Logger): Promise<void>
}

/** Keeps the records in that folder, which other hosts may share. */
export function createProcessRecords(folder: string): ProcessRecords {
  return {
    async add(pid) {
      const mark = await processMark(pid)
      // Ended already, or a system that does not tell one process from the next.
      if (!mark) return async () => undefined
      const file = join(folder, `${pid}-${mark.replace(/\W+/g, '_')}.json`)
      const host = { pid: ownPid, mark: (await processMark(ownPid)) ?? '' }
      await mkdir(folder, { recursive: true })
      // Whole or not at all: a host that starts just now reads it.
      await writeFile(`${file}.new`, JSON.stringify({ pid, mark, host } satisfies ProcessRecord), {
        mode: 0o600,
      })
      await rename(`${file}.new`, file)
      return async () => await rm(file, { force: true })
    },
    async endOrphans(log) {
      const names = await readdir(folder).catch(() => []) // nobody was here
      for (const name of names.filter((each) => each.endsWith('.json'))) {
        const file = join(folder, name)
        const record = await readRecord(file)
        if (record && (await processMark(record.host.pid)) === record.host.mark) continue
        if (record && (await processMark(record.pid)) === record.mark) {
          log.warn('ending a provider whose host is gone', { pid: record.pid })
          killGroup(record.pid)
        }
        await rm(file, { force: true })
      }
    },
  }
}

async function readRecord(file: string): Promise<ProcessRecord | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return undefined // torn, or somebody else has it away
  }
}
