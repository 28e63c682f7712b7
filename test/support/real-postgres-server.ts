import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A Postgres server on a free port, with a database of its user. */
export interface RealPostgresServer extends AsyncDisposable {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  kill(): Promise<void>
  /** On the same port and data. */
  restart(): Promise<void>
}

/** Why tests against a real Postgres cannot run here; undefined where they can. */
export function whyNoPostgres(): string | undefined {
  if (binaries() === undefined) return 'no Postgres is installed: apt-get install -y postgresql'
  if (process.getuid?.() === 0 && account() === undefined)
    return 'Postgres does not run as root, and there is no user "postgres"'
  return undefined
}

/** Starts a real Postgres that keeps its data in a folder which goes with it. */
export async function startRealPostgresServer(): Promise<RealPostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'washi-postgres-'))
  const [user, password] = ['tester', 'a password of the tests']
  const own = process.getuid?.() === 0 ? account() : undefined
  const passwordFile = join(folder, 'password')
  await writeFile(passwordFile, password)
  if (own) for (const path of [folder, passwordFile]) chownSync(path, own.uid, own.gid)
  const data = join(folder, 'data')
  const args = [
    '-D',
    data,
    '-U',
    user,
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
    '--no-sync',
  ]
  const made = spawnSync(join(binaries() ?? '', 'initdb'), args, { ...own, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`)
  const port = await freePort()
  const run = (): Promise<ChildProcess> => runPostgres({ data, port, folder, own })
  let child = await run()
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGQUIT')
    await exited
  }
  return {
    ...{ host: '127.0.0.1', port, user, password, database: 'postgres', kill },
    restart: async () => void (child = await run()),
    [Symbol.asyncDispose]: async () => {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

interface Account {
  readonly uid: number
  readonly gid: number
}

async function runPostgres(options: {
  readonly data: string
  readonly port: number
  readonly folder: string
  readonly own: Account | undefined
}): Promise<ChildProcess> {
  const { data, port, folder, own } = options
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, 'fsync=off']
  const args = ['-D', data, '-p', String(port), ...settings.flatMap((each) => ['-c', each])]
  const child = spawn(join(binaries() ?? '', 'postgres'), args, {
    ...own,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let text = ''
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`postgres ended: ${text}`)))
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      if (text.includes('ready to accept connections')) resolve()
    })
  })
  return child
}

/** Debian keeps the programs of each version in a folder that is not on the PATH. */
function binaries(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(':'),
  ]
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
}

function account(): Account | undefined {
  const id = (flag: string): number =>
    Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
  const [uid, gid] = [id('-u'), id('-g')]
  return uid > 0 && gid > 0 ? { uid, gid } : undefined
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
