import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
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

interface RunningServer {
  readonly port: number
  readonly stop: (signal: NodeJS.Signals) => Promise<void>
}

async function run(folder: string, port: number): Promise<RunningServer> {
  const args = ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', join(folder, 'store')]
  const child = spawn('nats-server', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const boundPort = await new Promise<number>((resolve, reject) => {
    let text = ''
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`nats-server ended: ${text}`)))
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      const [, found] = /Listening for client connections on \S+:(\d+)/.exec(text) ?? []
      if (found && text.includes('Server is ready')) resolve(Number(found))
    })
  })
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }
  return { port: boundPort, stop }
}
