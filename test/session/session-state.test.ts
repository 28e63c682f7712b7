import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { resolveLatticeAddress } from '#washi/session/lattice-address.js'
import { chooseContext, createContext } from '#washi/session/contexts/context-folders.js'
import { parseProcStat, processMark } from '#washi/core/process-mark.js'
import { sessionFiles } from '#washi/session/session-files.js'
import type { SessionFiles } from '#washi/session/session-files.js'
import { claimSession, readLiveSession } from '#washi/session/session-state.js'
import { stopRunningSession } from '#washi/session/stop-running-session.js'
import { mkdir } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const about = { lattice: 'default', startedAt: '2026-01-01T00:00:00.000Z' }
const running = { hostId: 'N', natsUrl: 'nats://127.0.0.1:5000', ownsBus: true, ownsManager: true }

let files: SessionFiles
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'washi-session-'))
  files = sessionFiles({ config: folder, data: folder, cache: folder })
})
afterEach(() => rm(files.folder, { recursive: true, force: true }))

describe('claimSession()', () => {
  it('is told to others once announced, and free again when released', async () => {
    const claim = await claimSession(files, about)
    await claim.announce(running)
    expect(await readLiveSession(files)).toMatchObject({ pid: process.pid, running })
    await claim.release()
    await claim.release()
    expect(await readLiveSession(files)).toBeUndefined()
  })

  it('refuses a directory in which a process lives, and names it', async () => {
    const claim = await claimSession(files, about)
    await expect(claimSession(files, about)).rejects.toMatchObject({
      code: 'SESSION_RUNNING',
      message: expect.stringContaining(`process ${process.pid}`),
    })
    await claim.release()
  })

  it('takes over from a process that is gone', async () => {
    await writeState({ pid: 2 ** 22 + 1, mark: '1', ...about })
    const claim = await claimSession(files, about)
    expect(await readLiveSession(files)).toMatchObject({ pid: process.pid })
    await claim.release()
  })

  it('takes over from a process id that has been given to another process since', async () => {
    await writeState({ pid: process.ppid, mark: 'long ago', ...about })
    const claim = await claimSession(files, about)
    expect(await readLiveSession(files)).toMatchObject({ pid: process.pid })
    await claim.release()
  })

  it.each(['', '{', '{"pid":"x"}', 'null'])('takes over from a state file that holds %j', async (text) => {
    await writeFile(files.state, text)
    const claim = await claimSession(files, about)
    expect(await readLiveSession(files)).toMatchObject({ pid: process.pid })
    await claim.release()
  })

  it('gives a stale directory to one of many that want it', async () => {
    await writeState({ pid: 2 ** 22 + 1, mark: '1', ...about })
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => claimSession(files, about)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })
})

describe('stopRunningSession()', () => {
  it('ends the process and says that it did', async () => {
    await using child = await startChild('process.on("SIGTERM", () => process.exit(0))')
    const outcome = await stopRunningSession(files)
    expect(outcome).toMatchObject({ kind: 'stopped', forced: false, state: { pid: child.pid } })
    expect(await processMark(child.pid)).toBeUndefined()
  })

  it('kills a process that does not end in time', async () => {
    await using child = await startChild('process.on("SIGTERM", () => undefined)')
    const outcome = await stopRunningSession(files, { deadlineMs: 100 })
    expect(outcome).toMatchObject({ kind: 'stopped', forced: true })
    expect(await processMark(child.pid)).toBeUndefined()
  })

  it('has nothing to do where nothing runs, and clears what a killed session left', async () => {
    expect(await stopRunningSession(files)).toEqual({ kind: 'none', stale: false })
    await writeState({ pid: 2 ** 22 + 1, mark: '1', ...about })
    expect(await stopRunningSession(files)).toEqual({ kind: 'none', stale: true })
    await expect(readFile(files.state)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('does not touch a process that has the id of a dead session', async () => {
    await using child = await startChild('')
    await writeState({ pid: child.pid, mark: 'another life', ...about })
    expect(await stopRunningSession(files)).toEqual({ kind: 'none', stale: true })
    expect(await processMark(child.pid)).toBeDefined()
  })
})

describe('resolveLatticeAddress()', () => {
  const open = {
    host: undefined,
    port: undefined,
    lattice: undefined,
    jsDomain: undefined,
    context: undefined,
  }
  const resolve = (choice: object) =>
    resolveLatticeAddress(
      { session: files, contexts: [join(files.folder, 'contexts')] },
      { ...open, ...choice },
    )

  it('means the session that runs, unless told otherwise', async () => {
    const claim = await claimSession(files, { ...about, lattice: 'mine' })
    await claim.announce(running)
    expect(await resolve({})).toMatchObject({ url: running.natsUrl, lattice: 'mine' })
    expect(await resolve({ port: 1 })).toMatchObject({ url: 'nats://127.0.0.1:1', lattice: 'default' })
    expect(await resolve({ lattice: 'other' })).toMatchObject({ lattice: 'other' })
    await claim.release()
  })

  it('means the usual port where nothing runs', async () => {
    expect(await resolve({})).toEqual({
      url: 'nats://127.0.0.1:4222',
      lattice: 'default',
      jsDomain: undefined,
      access: {},
      timeoutMs: 2000,
    })
  })

  it('takes a context that is named, or that was chosen as default, before the session that runs', async () => {
    const folders = [join(files.folder, 'contexts')] as const
    await createContext(folders, 'far', {
      ctl_host: 'far.example',
      ctl_port: 5,
      lattice: 'there',
      js_domain: 'd',
    })
    const claim = await claimSession(files, about)
    await claim.announce(running)
    const far = { url: 'nats://far.example:5', lattice: 'there', jsDomain: 'd' }
    expect(await resolve({ context: 'far' })).toMatchObject(far)
    expect(await resolve({ context: 'far', port: 7, lattice: 'x' })).toMatchObject({
      url: 'nats://far.example:7',
      lattice: 'x',
    })
    expect(await resolve({})).toMatchObject({ url: running.natsUrl })
    await chooseContext(folders, 'far')
    expect(await resolve({})).toMatchObject(far)
    await claim.release()
  })
})

describe('parseProcStat()', () => {
  it('reads the start time behind a name with spaces and parentheses', () => {
    const fields = Array.from({ length: 18 }, (_, index) => String(index))
    expect(parseProcStat(`42 (a) b (c)) S ${fields.join(' ')} 777 0`)).toBe('777')
    expect(parseProcStat(`42 (node) Z ${fields.join(' ')} 777 0`)).toBeUndefined()
  })
})

async function writeState(state: object): Promise<void> {
  await mkdir(dirname(files.state), { recursive: true })
  await writeFile(files.state, JSON.stringify(state))
}

/** A process that has claimed the directory, as far as its state file says. */
async function startChild(code: string): Promise<{ readonly pid: number } & AsyncDisposable> {
  const child = spawn(process.execPath, ['-e', `${code}; setInterval(() => {}, 1e6); console.log('ready')`])
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  const pid = child.pid ?? 0
  await writeState({ pid, mark: await processMark(pid), ...about, running })
  return {
    pid,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}
