import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A Redis server on a free port. */
export interface RealRedisServer extends AsyncDisposable {
  readonly url: string
  kill(): Promise<void>
  /** On the same port, empty. */
  restart(): Promise<void>
}

/** Why tests against a real Redis cannot run here; undefined where they can. */
export function whyNoRedis(): string | undefined {
  const { error } = spawnSync('redis-server', ['--version'], { stdio: 'ignore' })
  return error ? 'redis-server is not on the PATH: apt-get install -y redis-server' : undefined
}

/** Starts a real redis-server that keeps nothing on the disk. */
export async function startRealRedisServer(
  options: { readonly password?: string } = {},
): Promise<RealRedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'washi-redis-'))
  const port = await freePort()
  const run = (): Promise<() => Promise<void>> => runRedis({ folder, port, password: options.password })
  let stop = await run()
  return {
    url: `redis://127.0.0.1:${port}/`,
    kill: () => stop(),
    restart: async () => void (stop = await run()),
    [Symbol.asyncDispose]: async () => {
      await stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function runRedis({
  folder,
  port,
  password,
}: {
  readonly folder: string
  readonly port: number
  readonly password: string | undefined
}): Promise<() => Promise<void>> {
  const args = [
    '--bind',
    '127.0.0.1',
    '--port',
    String(port),
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder,
  ]
  const secret = password === undefined ? [] : ['--requirepass', password]
  const child = spawn('redis-server', [...args, ...secret], { stdio: ['ignore', 'pipe', 'ignore'] })
  await new Promise<void>((resolve, reject) => {
    let text = ''
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`redis-server ended: ${text}`)))
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      if (/Ready to accept connections/i.test(text)) resolve()
    })
  })
  return async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
