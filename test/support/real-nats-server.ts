import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'

/** A nats-server with JetStream, in a folder of its own. */
export interface RealNatsServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** Kills the process; restart() brings it back on the same port and store. */
  kill(): Promise<void>
  restart(): Promise<void>
}

/** Starts `nats-server` from PATH on a free port. */
export async function startRealNatsServer(): Promise<RealNatsServer> {
  const folder = await mkdtemp(join(tmpdir(), 'washi-nats-'))
  let running = await run(folder, -1)
  const { port } = running
  return {
    port,
    url: `nats://127.0.0.1:${port}`,
    kill: () => running.stop('SIGKILL'),
    restart: async () => {
      running = await run(folder, port)
    },
    [Symbol.asyncDispose]: async () => {
      await running.stop('SIGTERM')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function run(folder: string, port: number) {
  const args = ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', join(folder, 'store')]
  const child = spawn('nats-server', [...args, '--ports_file_dir', folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await new Promise<void>((resolve, reject) => {
    let text = ''
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`nats-server ended: ${text}`)))
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      if (text.includes('Server is ready')) resolve()
    })
  })
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }
  return { port: await readPort(folder, child.pid ?? 0), stop }
}

async function readPort(folder: string, pid: number): Promise<number> {
  const name = (await readdir(folder)).find((file) => file.includes(`_${pid}.ports`))
  const ports = JSON.parse(await readFile(join(folder, name ?? ''), 'utf8')) as { nats: string[] }
  return Number(new URL(ports.nats[0] ?? '').port)
}
