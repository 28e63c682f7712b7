import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWashiLattice, guestFile, root, type WashiLattice } from '../support/washi-lattice.js'

interface Finding {
  readonly check: string
  readonly level: string
  readonly message: string
  readonly fix?: string
  readonly fixable: boolean
  readonly fixed: boolean
}

interface Report {
  readonly exitCode: number | undefined
  readonly findings: readonly Finding[]
  readonly problems: number
  readonly success: boolean
}

describe('doctor', () => {
  let lattice: WashiLattice
  beforeAll(async () => {
    lattice = await createWashiLattice()
  })
  afterAll(() => lattice[Symbol.asyncDispose]())
  const examine = async (...args: readonly string[]): Promise<Report> => {
    const { exitCode, stdout, stderr } = await lattice.run('doctor', '-o', 'json', ...args)
    expect(stderr).toBe('')
    return { exitCode, ...(JSON.parse(stdout) as Omit<Report, 'exitCode'>) }
  }
  const problemsOf = ({ findings }: Report): readonly Finding[] =>
    findings.filter(({ level, fixed }) => (level === 'warning' || level === 'error') && !fixed)

  it('has nothing to say against surroundings that nothing is wrong with', async () => {
    const report = await examine()
    expect(problemsOf(report)).toEqual([])
    expect(report).toMatchObject({ exitCode: 0, problems: 0, success: true })
    const checks = new Set(report.findings.map(({ check }) => check))
    expect([...checks]).toEqual(['node', 'folders', 'session', 'store', 'ports', 'bus', 'toolchains'])
    for (const { level, fix } of report.findings) if (level !== 'ok') expect(fix).toMatch(/\w/)
  })

  it('sees a lattice that runs, its bus, its host and the time there', async () => {
    await lattice.up()
    await lattice.json('start', 'component', guestFile('pong'), 'pong')
    await lattice.json('link', 'put', 'ping', 'pong', 'test', 'pingpong', '--interface', 'pingpong')
    const report = await examine()
    expect(problemsOf(report)).toEqual([])
    const messages = report.findings.map(({ check, message }) => `${check}: ${message}`)
    expect(messages).toContainEqual(
      expect.stringMatching(/^session: The lattice "default" runs as process \d+/),
    )
    expect(messages).toContainEqual(expect.stringMatching(/^ports: Port \d+ is used by your lattice/))
    expect(messages).toContain(`bus: The bus at ${lattice.natsUrl} answers`)
    expect(messages).toContainEqual(expect.stringMatching(/^hosts: Host N\w+ \(.+\) has version \d/))
    expect(messages).toContainEqual(expect.stringMatching(/^clocks: The clock of host N\w+ agrees/))
  })

  it('finds what a killed lattice left, and clears it away', async () => {
    await lattice.kill()
    const report = await examine()
    expect(report).toMatchObject({ exitCode: 1, problems: 1, success: false })
    expect(problemsOf(report)).toMatchObject([{ check: 'session', level: 'warning', fixable: true }])
    expect(problemsOf(report)[0]?.message).toMatch(/up\.json is of process \d+, which is gone/)
    const fixed = await examine('--fix')
    expect(fixed).toMatchObject({ exitCode: 0, problems: 0 })
    expect(fixed.findings).toContainEqual(expect.objectContaining({ check: 'session', fixed: true }))
    expect((await examine()).exitCode).toBe(0)
  })

  it('finds a damaged file of the bus, recovers what is whole and keeps a copy', async () => {
    const file = await logOf(lattice, 'KV_LATTICEDATA_default')
    const bytes = await readFile(file)
    bytes[50] = (bytes[50] ?? 0) ^ 0xff // in the first record
    await writeFile(file, bytes)
    const [damage, ...others] = problemsOf(await examine())
    expect(others).toEqual([])
    expect(damage).toMatchObject({ check: 'store', level: 'warning', fixable: true })
    expect(damage?.message).toContain(file)
    expect(await examine('--fix')).toMatchObject({ exitCode: 0, problems: 0 })
    const after = await examine()
    expect(after.exitCode).toBe(0)
    expect(after.findings).toContainEqual(
      expect.objectContaining({ level: 'note', message: expect.stringContaining('.damaged-') as string }),
    )
  })

  it('finds a file of the bus that is none any more, and one that is no JSON', async () => {
    const file = await logOf(lattice, 'KV_CONFIGDATA_default')
    await writeFile(file, Buffer.alloc(100, 0x41))
    await writeFile(join(file, '../stream.json'), '{"name":')
    const found = problemsOf(await examine())
    expect(found.map(({ level, check }) => `${check} ${level}`)).toEqual(['store error', 'store error'])
    expect(await examine('--fix')).toMatchObject({ exitCode: 0 })
    await lattice.up()
    expect(await lattice.json('get', 'links')).toMatchObject({ success: true })
    await lattice.run('down')
  })

  it('finds a state file that was cut short', async () => {
    await writeFile(join(lattice.home, 'data/up.json'), '{"pid":')
    expect(problemsOf(await examine())).toMatchObject([{ check: 'session', fixable: true }])
    expect(await examine('--fix')).toMatchObject({ exitCode: 0 })
  })

  it('finds a port that somebody else has, and names the process', async () => {
    const server = createServer().listen(lattice.natsPort, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    try {
      const found = problemsOf(await examine('--timeout-ms', '300'))
      const taken = found.find(({ check }) => check === 'ports')
      expect(taken?.message).toContain(`(process ${process.pid})`)
      expect(taken?.fix).toBe('Take another one: washi up --nats-port 0')
      // What takes connections and never greets does not keep commands from ending.
      expect((await lattice.run('get', 'hosts', '--timeout-ms', '300')).exitCode).toBe(1)
    } finally {
      server.close()
    }
  })

  it('finds folders that are files, and folders of somebody else', async () => {
    await using other = await createWashiLattice()
    await writeFile(join(other.home, 'config'), '')
    await mkdir(join(other.home, 'data'))
    await chmod(join(other.home, 'data'), 0o000)
    await chmod(other.home, 0o755)
    const ended = await execa(process.execPath, [join(root, 'bin/run.js'), 'doctor'], {
      env: { WASHI_HOME: other.home, WASMCLOUD_NATS_PORT: String(other.natsPort), HOME: other.home },
      reject: false,
      // The administrator may read everything.
      ...(process.getuid?.() === 0 ? { uid: 65_534 } : {}),
    })
    await chmod(join(other.home, 'data'), 0o700)
    expect(ended.exitCode).toBe(1)
    expect(ended.stdout).toContain(`✗ The configuration folder ${join(other.home, 'config')} is a file`)
    expect(ended.stdout).toContain('✗ The data folder cannot be used: EACCES')
    expect(ended.stdout).toContain('chown -R')
    expect(ended.stdout).toMatch(/\d problems?$/)
  })
})

/** The file of a stream's messages. */
async function logOf(lattice: WashiLattice, stream: string): Promise<string> {
  const streams = join(lattice.home, 'data/bus/streams')
  const folder = (await readdir(streams)).find((name) => name.startsWith(stream))
  return join(streams, folder ?? '', 'messages.log')
}
