import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { acquireStoreLock } from '#washi/bus/store-lock.js'
import { makeTempFolder } from '../support/temp-folder.js'

describe('acquireStoreLock()', () => {
  it('creates the folder and writes down who holds it', async () => {
    await using folder = await makeTempFolder()
    const storeDir = join(folder.path, 'deep/er')
    const lock = await acquireStoreLock(storeDir)
    expect(JSON.parse(await readFile(join(storeDir, 'bus.lock'), 'utf8'))).toMatchObject({ pid: process.pid })
    await lock.release()
    await lock.release()
    expect(await readdir(storeDir)).toEqual([])
  })

  it('refuses while the holder lives, and tells its process id', async () => {
    await using folder = await makeTempFolder()
    await writeLock(folder.path, JSON.stringify({ pid: process.ppid }))
    await expect(acquireStoreLock(folder.path)).rejects.toMatchObject({
      code: 'BUS_STORE_LOCKED',
      message: `Cannot start a bus on "${folder.path}": process ${process.ppid} uses it`,
      hint: `Stop process ${process.ppid}, or choose another data directory`,
    })
  })

  it.each([
    ['of a process that is gone', () => JSON.stringify({ pid: pidOfDeadProcess() })],
    ['that was cut short', () => '{"pid":'],
    ['that is empty', () => ''],
    ['that holds nonsense', () => '{"pid":"x"}'],
  ])('takes over a lock %s', async (_what, content) => {
    await using folder = await makeTempFolder()
    await writeLock(folder.path, content())
    const lock = await acquireStoreLock(folder.path)
    await expect(acquireStoreLock(folder.path)).rejects.toThrow(`process ${process.pid}`)
    await lock.release()
    expect(await readdir(folder.path)).toEqual([])
  })

  it.runIf(process.platform === 'linux')(
    'takes over the lock of an earlier process with the id of a running one',
    async () => {
      await using folder = await makeTempFolder()
      await writeLock(folder.path, JSON.stringify({ pid: process.ppid, startedAt: '1' }))
      const lock = await acquireStoreLock(folder.path)
      await lock.release()
    },
  )

  it('lets one of many in', async () => {
    await using folder = await makeTempFolder()
    await writeLock(folder.path, JSON.stringify({ pid: pidOfDeadProcess() }))
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => acquireStoreLock(folder.path)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('leaves the lock of somebody else alone on release', async () => {
    await using folder = await makeTempFolder()
    const lock = await acquireStoreLock(folder.path)
    await writeLock(folder.path, '{"pid":1}')
    await lock.release()
    expect(await readdir(folder.path)).toEqual(['bus.lock'])
  })
})

async function writeLock(folder: string, content: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'bus.lock'), content)
}

function pidOfDeadProcess(): number {
  return Number(execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }))
}
